{
  abi3 = true;
  libs = [ "openssl" ];
  env.OPENSSL_STATIC = "1";
  smoke = ./smoke.py;
}
