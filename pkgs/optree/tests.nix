let
  repeats = test: {
    test = "*/test_subinterpreters.py::${test}";
    class = "time";
    why = "it repeats programs of half a minute, sixteen times each";
    run = false;
  };
in
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
  leftOut = map repeats [
    "test_import_in_subinterpreter_after_main"
    "test_import_in_subinterpreter_before_main"
    "test_type_cache_cleanup_across_subinterpreters"
    "test_registry_lookup_no_gil_lock_order_deadlock"
  ];
  # The one that is kept of their kind begins, since it takes five minutes.
  early = [ "*/test_subinterpreters.py::*" ];
  timeout = 900;
}
