{
  libs = [
    "qhull"
    "raqm"
  ];
  settings = import ./settings.nix;
  skipImports."matplotlib.backends._tkagg" = "it looks for Tk, which our interpreters have not";
  smoke = ./smoke.py;
  tests = import ./tests.nix;
}
