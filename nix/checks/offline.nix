# A crate whose build script wants the network fails at once, and cargo says which one it is.
{
  run,
  file,
  rust,
  arch,
}:
run (
  rust.env arch
  // {
    name = "rust-offline";
    script = file ./offline.sh;
    buildScript = file ./offline.rs;
    inherit (arch) triplet;
    mounts = rust.mounts arch;
  }
)
