{
  # A program: its wheel is for every Python (py3-none).
  abi3 = true;
  build = 1;
  patches = [ ./by-itself.patch ];
  # What upstream's own wheels are built with.
  env.CARGO_PROFILE_RELEASE_LTO = "fat";
  # Upstream's tests are in Rust.
  tests.own = ./test_own.py;
}
