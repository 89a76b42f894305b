# The standard library of a target, over its floor: $out/lib, which rustc looks for in its own tree, and $out/made, by which
# one can tell what is in it.
{
  run,
  file,
  pins,
  toolchain,
  compiler,
  source,
  env,
  crates,
}:
arch:
run (
  env arch
  // {
    name = "rust-std-${pins.rust.version}-${arch.name}";
    script = file ./std.sh;
    inherit (arch) triplet;
    inherit source;
    mounts = toolchain.${arch.name}.mounts (toolchain.${arch.name}.sysroot [ ] [ ]) ++ [
      {
        from = compiler;
        to = "/opt/rust";
      }
      {
        from = crates;
        to = "/opt/crates";
      }
    ];
  }
)
