# Wiring only: which part is made from which.
{
  system,
}:
let
  architectures = import ./architectures.nix;
  mirrors = builtins.fromJSON (builtins.readFile ./mirrors.json);
  pins = import ./pins { inherit system mirrors; };
  inherit (import ./root { inherit system pins architectures; }) root run file;
  toolchain = import ./toolchain {
    inherit
      run
      file
      pins
      architectures
      ;
  };
in
{
  inherit
    root
    toolchain
    pins
    ;
  catalogue = { };
  packages = { inherit root; glibc-riscv64 = toolchain.riscv64.glibc; glibc-loongarch64 = toolchain.loongarch64.glibc; };
  checks = { };
}
