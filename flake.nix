{
  description = "Python wheels for riscv64 and loongarch64, cross-built at native speed, reproducible, tested";

  # No inputs: every ingredient is a pin in nix/pins, so evaluation downloads nothing.
  inputs = { };

  outputs =
    { self }:
    let
      system = "x86_64-linux";
      farwheel = import ./nix { inherit system; };
    in
    {
      lib = {
        inherit (farwheel) boards catalogue parts;
      };
      packages.${system} = farwheel.packages;
      checks.${system} = farwheel.checks;
      formatter.${system} = farwheel.formatter;
      hydraJobs = farwheel.jobs;
    };
}
