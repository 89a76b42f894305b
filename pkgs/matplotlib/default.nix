{
  libs = [
    "qhull"
    "raqm"
  ];
  settings = import ./settings.nix;
  smoke = ./smoke.py;
  tests = import ./tests.nix;
}
