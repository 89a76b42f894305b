# The C library at an architecture's floor, from upstream's tarball: $out/include (with the kernel's
# headers), $out/lib, which serves both linking and running, and $out/gconv, for roots.
{
  run,
  file,
  pins,
}:
arch:
run {
  name = "glibc-${arch.glibc}-${arch.name}";
  script = file ./glibc.sh;
  source = pins.sources."glibc-${arch.glibc}";
  patches =
    if arch.name == "riscv64" then [ (file ./patches/glibc-2.31-riscv-hidden-jumps.patch) ] else [ ];
  version = arch.glibc;
  debian = "/usr/lib/farwheel/${arch.triplet}/debian";
  inherit (arch) triplet loader;
  enableKernel = arch.kernel;
}
