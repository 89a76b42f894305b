let
  repeats = times: test: {
    test = "*/test_subinterpreters.py::${test}";
    class = "time";
    why = "it starts a program with interpreters of its own ${times} times, some twenty seconds each";
    run = false;
  };
in
{
  # Without test_ops.py and test_treespec.py, which are 88,000 cases.
  core = [
    "tests/integrations"
    "tests/test_accessors.py"
    "tests/test_dataclasses.py"
    "tests/test_functools.py"
    "tests/test_prefix_errors.py"
    "tests/test_registry.py"
  ];
  leftOut = [
    (repeats "32" "test_import_in_subinterpreter_after_main")
    (repeats "48" "test_import_in_subinterpreter_before_main")
  ];
  # Others of them start theirs sixteen times: up to nine minutes.
  early = [ "*/test_subinterpreters.py::*" ];
  timeout = 1200;
}
