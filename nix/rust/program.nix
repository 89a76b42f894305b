# program { name; program; version; crate; crates; }: a crate's program for the machine that builds, as bin/<program>. It is
# static, since it is also run outside of the root. Without arguments it gets the current folder, as `nix fmt` has it.
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
}:
run (
  env arch
  // {
    name = "${program}-${version}";
    script = file ./program.sh;
    inherit (arch) triplet;
    inherit program crate;
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
