# program { program; version; crate; crates; }: a crate's program for the machine that builds, as bin/<program>. One that is
# `standalone` is static, since it runs outside of the root, and without arguments it gets the current folder, as whatever
# `nix fmt` runs is expected to do.
{
  run,
  file,
  compiler,
  vendor,
  env,
  arch,
}:
{
  program,
  version,
  crate,
  crates,
  standalone ? false,
}:
run (
  env arch
  // {
    name = "${program}-${version}";
    script = file ./program.sh;
    inherit (arch) triplet;
    inherit program crate standalone;
    mounts = [
      {
        from = compiler;
        to = "/opt/rust";
      }
      {
        from = vendor program crates;
        to = "/opt/crates";
      }
    ];
  }
)
