{
  # A program: its wheel is for every Python (py3-none).
  abi3 = true;
  build = 1;
  # Upstream's tests are in Rust.
  tests.own = ./test_own.py;
}
