{
  # TLS is rustls over aws-lc, as in upstream's own wheels.
  abi3 = true;
  build = 1;
  tests = import ./tests.nix;
}
