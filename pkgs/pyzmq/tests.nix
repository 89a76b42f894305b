{
  files = [
    "pytest.ini"
    "tests"
  ];
  select = [ "tests" ];
}
