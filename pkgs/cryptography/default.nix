{
  abi3 = true;
  libs = [ "openssl" ];
  env.OPENSSL_STATIC = "1";
  patches = [ ./abi3-py311.patch ];
  smoke = ./smoke.py;
  tests = import ./tests.nix;
}
