# A `uname` of the target, for the front of PATH in builds.
{
  run,
  file,
  toolchain,
}:
arch:
run {
  name = "uname-${arch.name}";
  script = file ./uname.sh;
  source = file ./uname.c;
  inherit (arch) triplet;
  mounts = toolchain.${arch.name}.mounts (toolchain.${arch.name}.sysroot [ ] [ ]);
}
