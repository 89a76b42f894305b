{
  # What upstream's own wheels have, but for screenshots of X (XCB).
  libs = [
    "harfbuzz"
    "lcms2"
    "libavif"
    "libtiff"
    "openjpeg"
  ];
  settings = import ./settings.nix;
  skipImports."PIL._imagingtk" = "it looks for Tk, which our interpreters have not";
  smoke = ./smoke.py;
  tests = import ./tests.nix;
}
