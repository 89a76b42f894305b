{
  tests = {
    files = [
      "tests"
      "benchmarks"
    ];
    # They measure, and need a plugin of their own.
    options = [ "--ignore-glob=*_benchmarks.py" ];
  };
}
