{
  # What upstream's own wheels have, but for screenshots of X (XCB); zlib is not zlib-ng, AVIF does without libyuv.
  libs = [
    "harfbuzz"
    "lcms2"
    "libavif"
    "libtiff"
    "openjpeg"
  ];
  settings = import ./settings.nix;
  smoke = ./smoke.py;
  tests = import ./tests.nix;
}
