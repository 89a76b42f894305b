{
  abi3 = true;
  tests = import ./tests.nix;
}
