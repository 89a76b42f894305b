{
  files = [ "test" ];
  # The fourth, gen_stubs_test, is of a program that is not in the wheel.
  select = [
    "test/gil_release_test.py"
    "test/numpy_test.py"
    "test/sentencepiece_test.py"
  ];
}
