{
  # TLS is rustls over aws-lc, as in upstream's own wheels.
  abi3 = true;
  tests = import ./tests.nix;
}
