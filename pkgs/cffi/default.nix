{
  libs = [ "libffi" ];
  tests = import ./tests.nix;
}
