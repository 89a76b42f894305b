{
  files = [
    "pytest.ini"
    "tests"
  ];
  select = [ "tests" ];
  # Processes that do not fork import the module `tests.test_asyncio`, as they can under `python -m pytest`.
  options = [ "-opythonpath=tests ." ];
  leftOut = [
    {
      test = "tests/test_log.py::TestPubLog::test_blank_root_topic";
      class = "time";
      why = "it publishes at once, before its subscription may have arrived, and then waits for what is lost";
    }
  ];
}
