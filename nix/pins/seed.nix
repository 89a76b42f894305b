# The seed: one static busybox, the builder of everything else.
#
# A .deb cannot be unpacked without a program, so this fixed output is the unpacked folder;
# `tools/farwheel fetch` takes the member out of the .deb and checks the whole tree's hash.
# nix/mirrors.json may name a base URL under "seed" that holds busybox-static.nar.xz.
{ system, mirrors }:
{
  registry,
  path,
  sha256,
  size,
  member,
  nar_sha256,
  ...
}:
let
  base = mirrors.seed or null;
  common = {
    name = "busybox-static";
    outputHashMode = "recursive";
    outputHashAlgo = "sha256";
    outputHash = nar_sha256;
    preferLocalBuild = true;
  };
in
derivation (
  if base == null then
    common
    // {
      inherit system;
      # Nothing can run before the seed is there: the name of the "builder" is the message.
      builder = "/run-tools/farwheel-fetch-first";
      pin = "seed";
      inherit
        registry
        path
        sha256
        size
        member
        ;
    }
  else
    common
    // {
      system = "builtin";
      builder = "builtin:fetchurl";
      url = "${base}/busybox-static.nar.xz";
      unpack = true;
      executable = false;
    }
)
