{
  libs = [
    "harfbuzz"
    "lcms2"
    "libavif"
    "libtiff"
    "libxcb"
    "openjpeg"
  ];
  build = 2;
  settings = import ./settings.nix;
  smoke = ./smoke.py;
  tests = import ./tests.nix;
}
