{
  files = [ "lib/matplotlib/tests" ];
  select = [ "lib/matplotlib/tests" ];
  # It imports all of the package, matplotlib.tests too, whose images no wheel has.
  options = [ "--ignore=lib/matplotlib/tests/test_getattr.py" ];
  core = [
    "lib/matplotlib/tests/test_axes.py"
    "lib/matplotlib/tests/test_ft2font.py"
  ];
  sampled = true;
}
