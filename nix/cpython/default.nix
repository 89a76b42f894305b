# CPython for every architecture, from upstream's source against the floor: python.<arch>.<abi>.
# Installed for /opt/python/<abi>; the x86_64 one is also the build interpreter of the others.
{
  run,
  file,
  pins,
  architectures,
  toolchain,
  libs,
}:
let
  versions = builtins.fromJSON (builtins.readFile ./versions.json);
  cpython = import ./cpython.nix {
    inherit
      run
      file
      pins
      toolchain
      libs
      ;
  };
  python = builtins.mapAttrs (
    _: arch:
    builtins.mapAttrs (
      abi: version: cpython arch abi version (if arch.qemu == null then null else python.x86_64.${abi})
    ) versions
  ) architectures;
in
python
// {
  version = builtins.mapAttrs (_: v: v.version) versions;

  # "3.13" of cp313
  short = builtins.mapAttrs (
    _: v: builtins.head (builtins.match "([0-9]+[.][0-9]+)[.].*" v.version)
  ) versions;
}
