{
  # TLS is rustls over aws-lc, as in upstream's own wheels.
  abi3 = true;
  tests = {
    files = [ "hf_xet/tests" ];
    select = [ "hf_xet/tests" ];
  };
}
