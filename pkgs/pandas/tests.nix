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
  ]
  # While they are collected they ask a program called locale, of which the root has none.
  ++ map (module: "--ignore-glob=/*/pandas/tests/${module}.py") [
    "config/test_localization"
    "indexes/datetimes/test_scalar_compat"
    "scalar/timestamp/test_timestamp"
    "series/accessors/test_dt_accessor"
  ];
  core = [
    "--pyargs"
    "pandas.tests.groupby"
  ];
  sampled = true;
}
