{
  abi3 = true;
  libs = [ "openssl-debian" ];
  env.OPENSSL_STATIC = "1";
  smoke = ./smoke.py;
}
