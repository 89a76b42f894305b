{
  libs = [ "openblas" ];
  settings.setup-args = [
    "-Dblas=openblas"
    "-Dlapack=openblas"
    "-Dallow-noblas=false"
  ];
  build = 1;
  smoke = ./smoke.py;
  tests = import ./tests.nix;
}
