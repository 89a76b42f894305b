# A pin as a fixed-output derivation.
#
# Its output path depends on name and sha256 alone, so it does not matter who brings the bytes:
# `tools/farwheel fetch` adds them to the store beforehand, a binary cache substitutes them, or, where
# nix/mirrors.json names mirrors, Nix downloads them itself.
{
  system,
  seed,
  mirrors,
}:
{
  registry,
  path,
  sha256,
  size,
  ...
}:
let
  # Store names allow fewer characters than archives use ("~", ":").
  sanitise =
    name:
    builtins.concatStringsSep "" (
      map (c: if builtins.isList c then "-" else c) (builtins.split "[^A-Za-z0-9+._?=-]" name)
    );
  # URLs, in turn, want "+" and "~" as they are but these escaped.
  escape = builtins.replaceStrings [ "%" " " "#" "?" ] [ "%25" "%20" "%23" "%3F" ];
  # An index of crates says below which URL they are; then come name and version.
  located =
    if registry == "crates" then
      let
        name = dirOf path;
      in
      "${name}/${builtins.head (builtins.match "${name}-(.*)[.]crate" (baseNameOf path))}/download"
    else
      path;
  # One base URL: builtin:fetchurl knows no second.
  base = mirrors.${registry} or null;
  # The tree of a commit, OWNER/REPOSITORY/COMMIT.
  isTree = registry == "github";
  common = {
    name = sanitise (
      if isTree then "${baseNameOf (dirOf path)}-${baseNameOf path}" else baseNameOf path
    );
    inherit system;
    outputHashMode = if isTree then "recursive" else "flat";
    outputHashAlgo = "sha256";
    outputHash = sha256;
    preferLocalBuild = true;
  };
  byHand = common // {
    builder = "${seed}/bin/busybox";
    args = [
      "sh"
      ./missing.sh
    ];
    pin = "1";
    inherit
      registry
      path
      sha256
      size
      ;
  };
  byNix = common // {
    system = "builtin";
    builder = "builtin:fetchurl";
    url = "${base}/${escape located}";
    executable = false;
    unpack = false;
  };
in
# Nix knows no way to make a tree from a commit.
derivation (if base == null || isTree then byHand else byNix)
