# The standard library of a target, over its floor: $out/lib, which rustc looks for in its own tree.
{
  run,
  file,
  pins,
  toolchain,
  licenses,
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
    inherit (licenses) collect;
    carriedCrates = file ./carried.py;
    inherit source;
    components = builtins.toJSON [
      {
        name = "rust-std";
        inherit (pins.rust) version;
        license = "MIT OR Apache-2.0";
        sha256 = pins.rust.source.outputHash;
        files = [
          "${source}/COPYRIGHT"
          "${source}/COPYRIGHT.debian"
        ];
      }
    ];
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
