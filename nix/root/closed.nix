# closed { name; arch; command; mounts; }: run a program of the target where it would really run: a root that holds
# the floor's C library and what is mounted, no store, no compiler, no other Python. Fails when the program fails.
{
  system,
  seed,
  root,
  file,
  run,
  toolchain,
}:
let
  floor =
    arch:
    if arch.glibc == null then
      root
    else
      run {
        name = "floor-${arch.name}";
        script = file ./floor.sh;
        inherit (arch) triplet loader;
        inherit (toolchain.${arch.name}) glibc libgcc;
      };
in
{
  name,
  arch,
  command,
  mounts,
  cpu ? arch.cpu,
}:
derivation (
  {
    inherit name system seed;
    root = floor arch;
    builder = "${seed}/bin/busybox";
    args = [
      "sh"
      (file ./enter.sh)
    ]
    ++ command;
    inside = file ./inside.sh;
    view = "closed";
    mounts = map (m: "${m.from}:${m.to}") mounts;
  }
  // (
    if arch.qemu == null then
      { }
    else
      {
        emulator = "${root}/usr/bin/qemu-${arch.qemu}";
        inherit (arch) magic mask;
        QEMU_CPU = cpu;
      }
  )
)
