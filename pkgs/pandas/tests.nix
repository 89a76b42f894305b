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
  leftOut =
    map
      (test: {
        test = "pandas/tests/${test}";
        class = "root";
        why = "sets TZ to a zone by name, and the C library finds no /usr/share/zoneinfo";
      })
      [
        "indexes/datetimes/methods/test_tz_convert.py::test_dti_utc_to_local_overflow_tzlocal"
        "indexes/datetimes/methods/test_tz_localize.py::TestTZLocalize::test_tz_localize_overflow_tzlocal"
        "indexes/datetimes/methods/test_tz_localize.py::TestTZLocalize::test_tz_localize_tzlocal_shift_*"
        "scalar/timestamp/methods/test_tz_localize.py::TestTimestampTZLocalize::test_tz_localize_tzlocal_*"
      ];
}
