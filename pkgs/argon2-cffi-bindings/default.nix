{
  abi3 = true;
  tests = {
    own = ./test_own.py;
    files = [ "tests" ];
  };
}
