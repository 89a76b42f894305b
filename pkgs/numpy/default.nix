{
  libs = [ "openblas" ];
  settings.setup-args = [
    "-Dblas=openblas"
    "-Dlapack=openblas"
    "-Dallow-noblas=false"
  ];
  build = 2;
  smoke = ./smoke.py;
  tests = import ./tests.nix;
}
