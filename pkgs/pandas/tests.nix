{
  # Part of the wheel.
  files = [ ];
  select = [
    "--pyargs"
    "pandas.tests"
  ];
  # As upstream tests its wheels.
  options = [
    "-mnot clipboard and not slow and not network and not db"
    "--no-strict-data-files"
  ];
  core = [
    "--pyargs"
    "pandas.tests.groupby"
  ];
  sampled = true;
  # pandas keeps the backend that an earlier test of its file has made, and a sample is in no file's order.
  early = [ "*/plotting/test_backend.py::test_backend_is_correct" ];
}
