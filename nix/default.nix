# Wiring only: which part is made from which.
{
  system,
}:
let
  architectures = import ./architectures.nix;
  # Those that wheels are for.
  targets = removeAttrs architectures (
    builtins.filter (a: architectures.${a}.qemu == null) (builtins.attrNames architectures)
  );
  mirrors = builtins.fromJSON (builtins.readFile ./mirrors.json);
  pins = import ./pins { inherit system mirrors; };
  build = import ./root { inherit system pins architectures; };
  inherit (build) root run file;
  licenses = import ./licenses { inherit file pins; };
  toolchain = import ./toolchain {
    inherit
      run
      file
      pins
      licenses
      architectures
      ;
  };
  rust = import ./rust {
    inherit
      run
      file
      pins
      architectures
      toolchain
      licenses
      ;
  };
  libs = builtins.mapAttrs (
    _:
    import ./libs {
      inherit
        run
        file
        pins
        toolchain
        licenses
        ;
    }
  ) architectures;
  python = import ./cpython {
    inherit
      run
      file
      pins
      architectures
      toolchain
      libs
      ;
  };
  closed = import ./root/closed.nix {
    inherit
      system
      root
      file
      run
      toolchain
      ;
    inherit (pins) seed;
  };
  native = import ./native {
    inherit
      system
      pins
      build
      architectures
      ;
  };
  packages = import ./packages.nix { backends = import ./wheel/backends.nix; };
  wheels = import ./wheel {
    inherit
      run
      closed
      file
      pins
      architectures
      toolchain
      libs
      native
      python
      packages
      licenses
      rust
      ;
  };
  boards = import ./board {
    inherit
      run
      closed
      file
      pins
      python
      targets
      ;
  };
  checks = import ./checks {
    inherit
      run
      closed
      file
      toolchain
      libs
      python
      architectures
      targets
      rust
      wheels
      boards
      ;
  };
in
{
  # What there is, as data, for programs: nix eval --json .#lib.catalogue
  catalogue = builtins.mapAttrs (_: p: {
    inherit (p.pin) version;
    inherit (p) mode;
    architectures = builtins.attrNames targets;
    pythons = p.abis;
    hold = p.recipe.hold or null;
    build = p.recipe.build or null;
  }) packages;
  inherit (wheels) packages;
  inherit boards checks;
  inherit (rust) formatter;
  jobs = import ./jobs.nix { inherit wheels checks targets; };
  # Parts by name, for whoever looks into one: nix build .#lib.parts.libs.riscv64.zlib
  parts = {
    inherit
      libs
      native
      pins
      python
      root
      rust
      toolchain
      ;
  };
}
