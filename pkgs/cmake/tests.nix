{
  own = ./test_own.py;
  files = [ "tests" ];
  select = [
    "tests"
    "test_own.py"
  ];
  leftOut = [
    {
      test = "*::test_cmake_https";
      class = "root";
      why = "it downloads a page, and there is no network";
    }
  ];
}
