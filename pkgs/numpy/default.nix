{
  libs = [ "openblas" ];
  settings.setup-args = [
    "-Dblas=openblas"
    "-Dlapack=openblas"
    "-Dallow-noblas=false"
  ];
  smoke = ./smoke.py;
  tests = import ./tests.nix;
}
