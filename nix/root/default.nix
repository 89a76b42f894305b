# The build root: pinned Debian packages (native userland, GCC 14 native and cross, QEMU) in one tree,
# and `run`, which runs a script inside it.
{
  system,
  pins,
  architectures,
}:
let
  seed = pins.seed;
  file = import ./file.nix;
  cross = builtins.filter (a: a.qemu != null) (builtins.attrValues architectures);

  root = derivation {
    name = "root";
    inherit system seed;
    builder = "${seed}/bin/busybox";
    args = [
      "sh"
      (file ./unpack.sh)
    ];
    packages = pins.root;
    triplets = map (a: a.triplet) (builtins.attrValues architectures);
    loaders = map (a: "${a.triplet}:${a.loader}") cross;
  };
in
{
  inherit root file;
  run = import ./run.nix {
    inherit
      system
      seed
      root
      file
      ;
  };
}
