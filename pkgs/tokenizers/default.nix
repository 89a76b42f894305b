{
  abi3 = true;
  smoke = ./smoke.py;
  tests.files = [ "bindings/python/tests" ];
  tests.select = [ "bindings/python/tests" ];
  # Those download vocabularies, these measure.
  tests.options = [
    "-mnot network"
    "--ignore-glob=*/test_benchmarks.py"
  ];
}
