{
  libs = [
    "libxml2"
    "libxslt"
    "zlib"
  ];
  build = 1;
  patches = [ ./headers.patch ];
  smoke = ./smoke.py;
  tests = import ./tests.nix;
}
