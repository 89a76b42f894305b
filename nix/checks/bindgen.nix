# bindgen, for an architecture, sees the target's types: what it says of their sizes holds for the target's GCC and rustc.
{
  run,
  file,
  toolchain,
  rust,
}:
arch: {
  "bindgen-${arch.name}" = run (
    rust.env arch
    // rust.bindgen.env
    // {
      name = "probe-bindgen-${arch.name}";
      script = file ./bindgen.sh;
      probe = file ./probe.h;
      inherit (arch) triplet;
      mounts =
        toolchain.${arch.name}.mounts (toolchain.${arch.name}.sysroot [ ] [ ])
        ++ rust.mounts arch
        ++ rust.bindgen.mounts;
    }
  );
}
