{
  patches = [ ./stubs.patch ];
  tests = {
    files = [ "crates/jiter-python/tests" ];
    select = [ "crates/jiter-python/tests" ];
  };
}
