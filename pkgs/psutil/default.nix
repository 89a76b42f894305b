{
  abi3 = true;
  # They measure memory, with psleak, of which there is no wheel.
  tests.options = [ "--ignore=tests/test_memleaks.py" ];
}
