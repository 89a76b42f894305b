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
}
