# The target's own native compiler under QEMU, for the mode `emulated`: native.<arch>.run is `run` in a root in which all
# programs are the target's, native.<arch>.mounts says where a sysroot of the floor goes in it.
{
  system,
  pins,
  build,
  architectures,
}:
let
  inherit (build) file;

  # The build root's QEMU is registered, so nothing but it and the seed is the building machine's.
  of =
    arch:
    let
      root = derivation {
        name = "root-${arch.name}";
        inherit system;
        inherit (pins) seed;
        builder = "${pins.seed}/bin/busybox";
        args = [
          "sh"
          (file ./unpack.sh)
        ];
        unpack = file ../root/unpack.sh;
        packages = pins.native arch.name;
        triplets = [ arch.triplet ];
        loaders = [ ];
      };
      enter = import ../root/run.nix {
        inherit system root file;
        inherit (pins) seed;
      };
    in
    {
      inherit root;
      run =
        attributes:
        enter (
          attributes
          // {
            emulate = null;
            emulator = "${build.root}/usr/bin/qemu-${arch.qemu}";
            inherit (arch) magic mask;
            QEMU_CPU = arch.cpu;
          }
        );
      # As natively on any machine.
      mounts = import ../toolchain/mounts.nix (arch // { qemu = null; });
    };
in
builtins.mapAttrs (_: of) architectures
