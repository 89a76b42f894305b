# The promise of Rust's standard library, per architecture: it needs nothing above the floor, unwinds, and runs on it.
{
  run,
  closed,
  file,
  toolchain,
  rust,
}:
arch:
let
  built = run (
    rust.env arch
    // {
      name = "probe-rust-${arch.name}";
      script = file ./rust.sh;
      probe = file ./probe.rs;
      inherit (arch) triplet glibc;
      mounts = toolchain.${arch.name}.mounts (toolchain.${arch.name}.sysroot [ ] [ ]) ++ rust.mounts arch;
    }
  );
in
{
  "rust-${arch.name}" = closed {
    name = "probe-rust-${arch.name}-ran";
    inherit arch;
    command = [ "/opt/probe/probe" ];
    mounts = [
      {
        from = "${built}";
        to = "/opt/probe";
      }
    ];
  };
}
