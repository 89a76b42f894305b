{
  # A program: its wheel is for every Python (py3-none).
  abi3 = true;
  build = 1;
  tests = {
    # Upstream's tests are in Rust; their input serves ours.
    files = [ "tests/inputs" ];
    own = ./test_own.py;
  };
}
