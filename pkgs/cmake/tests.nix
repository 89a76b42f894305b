{
  own = ./test_own.py;
  files = [ "tests" ];
  leftOut = [
    {
      test = "*::test_cmake_https";
      class = "root";
      why = "it downloads a page, and there is no network";
    }
  ];
}
