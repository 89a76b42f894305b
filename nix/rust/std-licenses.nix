# What a wheel must say that carries a target's standard library: Rust's own licenses, and those of the crates in it.
{
  run,
  file,
  pins,
  licenses,
  source,
  crates,
}:
arch: std:
run {
  name = "rust-std-licenses-${arch.name}";
  script = file ./std-licenses.sh;
  inherit (licenses) collect;
  carriedCrates = file ./carried.py;
  inherit std;
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
  mounts = [
    {
      from = crates;
      to = "/opt/crates";
    }
  ];
}
