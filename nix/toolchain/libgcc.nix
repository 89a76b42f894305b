# libgcc_s.so.1 at the floor, for linking and for roots that run target programs. It belongs to the target's
# system: wheels refer to it and never carry it.
#
# Debian's is fine where its own floor is ours (loongarch64 began at 2.36). For riscv64 Debian's needs
# glibc 2.35 for one function, so it is linked anew from the static archives.
{
  run,
  file,
  pins,
}:
arch: mounts:
run {
  name = "libgcc-${arch.name}";
  script = file (if arch.name == "riscv64" then ./libgcc-relink.sh else ./libgcc-copy.sh);
  expose = file ./expose.py;
  findObject = file ./find-object.c;
  debian = "/usr/lib/farwheel/${arch.triplet}/debian";
  inherit (arch) triplet;
  inherit mounts;
}
