# Upstream's tests are part of the wheel.
{
  files = [ ];
  select = [
    "--pyargs"
    "regex"
  ];
  leftOut = [
    {
      test = "*::test_main";
      class = "root";
      why = "it is unittest's command line, and would read pytest's";
      run = false;
    }
  ];
}
