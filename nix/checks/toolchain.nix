# The promise of the toolchain, per architecture: C++ and Fortran need nothing above the floor, and run on it.
{
  run,
  closed,
  file,
  toolchain,
}:
arch:
let
  built = run {
    name = "probe-${arch.name}";
    script = file ./toolchain.sh;
    cxx = file ./probe.cc;
    fortran = file ./probe.f90;
    inherit (arch) triplet glibc;
    mounts = toolchain.${arch.name}.mounts (
      toolchain.${arch.name}.sysroot
        [
          "c"
          "c++"
          "fortran"
        ]
        [ ]
    );
  };
  ran =
    program:
    closed {
      name = "probe-${program}-${arch.name}-ran";
      inherit arch;
      command = [ "/opt/probe/${program}" ];
      mounts = [
        {
          from = "${built}";
          to = "/opt/probe";
        }
      ];
    };
in
{
  "toolchain-cxx-${arch.name}" = ran "cxx";
  "toolchain-fortran-${arch.name}" = ran "fortran";
}
