# GCC's run-time libraries over an architecture's floor, from GCC's own source: libstdc++, libgfortran and
# libatomic static and position-independent, libgomp shared. Debian's builds refer to a newer glibc.
{
  run,
  file,
  pins,
}:
arch: mounts:
run {
  name = "gcc-runtime-${arch.name}";
  script = file ./gcc-runtime.sh;
  source = pins.sources.gcc;
  inherit (arch) triplet;
  inherit mounts;
}
