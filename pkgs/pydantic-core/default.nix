{
  # Benchmarks measure, and need a plugin of their own; the plugin for examples in docstrings needs Ruff and Black.
  tests.options = [
    "--ignore=tests/benchmarks"
    "--ignore=tests/test_docstrings.py"
  ];
}
