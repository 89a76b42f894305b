# A program: its wheel is for every Python (py3-none).
{
  abi3 = true;
  tests = {
    own = ./test_own.py;
    files = [ "tests" ];
  };
}
