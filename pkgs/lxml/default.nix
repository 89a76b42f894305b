{
  libs = [
    "libxml2"
    "libxslt"
    "zlib"
  ];
  patches = [ ./headers.patch ];
  smoke = ./smoke.py;
  tests = import ./tests.nix;
}
