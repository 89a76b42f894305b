{
  # The others draw what these compute, which takes nearly all of the time.
  core = [
    "tests/test_chunk.py"
    "tests/test_constructor.py"
    "tests/test_convert.py"
    "tests/test_dechunk.py"
    "tests/test_internal.py"
    "tests/test_z_interp.py"
  ];
}
