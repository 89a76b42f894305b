{
  files = [
    "lib/matplotlib/cm.pyi"
    "lib/matplotlib/tests"
  ];
  select = [ "lib/matplotlib/tests" ];
  # It imports all of the package, matplotlib.tests too, whose images no wheel has.
  options = [ "--ignore=lib/matplotlib/tests/test_getattr.py" ];
  core = [
    "lib/matplotlib/tests/test_axes.py"
    "lib/matplotlib/tests/test_ft2font.py"
  ];
  leftOut = [
    {
      test = "*/test_cbook.py::test_warn_external";
      class = "root";
      why = "it takes itself for a part of the installed package, beside which it stands here";
    }
  ];
  sampled = true;
}
