{
  # All but test_ops.py and test_treespec.py, which are 88,000 cases.
  core = [
    "tests/integrations"
    "tests/test_accessors.py"
    "tests/test_dataclasses.py"
    "tests/test_functools.py"
    "tests/test_prefix_errors.py"
    "tests/test_registry.py"
  ];
  # Each of these starts a program with interpreters within interpreters, sixteen times.
  early = [ "*/test_subinterpreters.py::*" ];
  timeout = 900;
}
