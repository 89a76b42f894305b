{
  # The benchmarks measure, they test nothing; tests/isolated needs psutil and is started by them alone.
  tests.options = [
    "--ignore-glob=*_benchmarks.py"
    "--ignore=tests/isolated"
  ];
}
