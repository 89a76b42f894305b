{
  libs = [
    "qhull"
    "raqm"
  ];
  # It would download the same versions of them.
  settings.setup-args = [
    "-Dsystem-freetype=true"
    "-Dsystem-libraqm=true"
    "-Dsystem-qhull=true"
  ];
  smoke = ./smoke.py;
  tests = import ./tests.nix;
}
