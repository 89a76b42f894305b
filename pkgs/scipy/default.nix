{
  libs = [ "openblas" ];
  settings.setup-args = [
    "-Dblas=openblas"
    "-Dlapack=openblas"
  ];
  skipImports."scipy.linalg._matfuncs_sqrtm_triu" =
    "it and _matfuncs_sqrtm import each other, and only that way round";
  build = 2;
  patches = [ ./nan-is-no-int.patch ];
  smoke = ./smoke.py;
  tests = import ./tests.nix;
}
