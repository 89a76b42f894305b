{
  patches = [ ./stubs.patch ];
  tests = {
    files = [
      "crates/jiter-python/tests"
      "crates/jiter/benches"
    ];
    select = [ "crates/jiter-python/tests" ];
  };
}
