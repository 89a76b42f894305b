# Rust: rustc and cargo from Debian, a standard library for each target over its floor, crates for builds.
#
#   rust.mounts arch      mounts of `run` with which cargo builds for the architecture
#   rust.env arch         the variables that cargo.sh reads
#   rust.std.<arch>       the target's standard library
#   rust.licenses.<arch>  what a wheel that carries it must say
#   rust.git              name -> crates from git -> a folder for /build/git-crates, and one for /.cargo (git.nix)
#   rust.vendor           name -> crates -> one folder of unpacked crates, which belongs at /opt/crates
#   rust.bindgen          mounts and env of builds whose crates read C headers
#   rust.formatter        the program that formats this repository's Nix files
{
  run,
  file,
  pins,
  architectures,
  toolchain,
  licenses,
}:
let
  at = from: to: { inherit from to; };
  compiler = run {
    name = "rust-${pins.rust.version}";
    script = file ./compiler.sh;
    inherit (pins.rust) packages;
    targets = map (arch: arch.rust) (builtins.attrValues architectures);
  };
  clang = run {
    name = "libclang";
    script = file ./clang.sh;
    packages = pins.clang;
  };
  source = run {
    name = "rust-source-${pins.rust.version}";
    script = file ./source.sh;
    package = pins.rust.source;
  };
  vendor =
    name: crates:
    run {
      name = "crates-of-${name}";
      script = file ./vendor.sh;
      inherit crates;
    };
  git = import ./git.nix { inherit run file pins; };
  env = arch: {
    cargo = file ./cargo.sh;
    rustTarget = arch.rust;
  };
  program = import ./program.nix {
    inherit
      run
      file
      compiler
      vendor
      env
      ;
    arch = architectures.x86_64;
  };
  stdCrates = vendor "rust-std" pins.rust.crates;
  stdFor = import ./std.nix {
    inherit
      run
      file
      pins
      toolchain
      compiler
      source
      env
      ;
    crates = stdCrates;
  };
  licensesOf = import ./std-licenses.nix {
    inherit
      run
      file
      pins
      licenses
      source
      ;
    crates = stdCrates;
  };
  # x86_64 takes Debian's own.
  std = builtins.mapAttrs (_: stdFor) (builtins.removeAttrs architectures [ "x86_64" ]);
in
{
  inherit
    compiler
    source
    vendor
    git
    env
    std
    ;
  formatter = program (pins.formatter // { standalone = true; });
  bindgen = {
    env.bindgen = file ./bindgen.sh;
    mounts = [
      (at clang "/opt/clang")
      (at (program pins.bindgen) "/opt/bindgen")
    ];
  };
  licenses = builtins.mapAttrs (name: licensesOf architectures.${name}) std;
  mounts =
    arch:
    [ (at compiler "/opt/rust") ]
    ++ (
      if std ? ${arch.name} then
        [ (at "${std.${arch.name}}/lib" "/opt/rust/lib/rustlib/${arch.rust}/lib") ]
      else
        [ ]
    );
}
