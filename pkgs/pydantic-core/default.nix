{
  # Benchmarks measure, and need a plugin of their own.
  tests.options = [ "--ignore=tests/benchmarks" ];
}
