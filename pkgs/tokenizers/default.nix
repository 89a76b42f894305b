{
  abi3 = true;
  build = 1;
  smoke = ./smoke.py;
  tests.files = [ "bindings/python/tests" ];
  tests.select = [ "bindings/python/tests" ];
  # Those download vocabularies, these measure, the last one imports datasets.
  tests.options = [
    "-mnot network"
    "--ignore-glob=*/test_benchmarks.py"
    "--ignore-glob=*/test_tutorial_train_from_iterators.py"
  ];
}
