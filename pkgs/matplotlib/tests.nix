{
  files = [ "lib/matplotlib/tests" ];
  select = [ "lib/matplotlib/tests" ];
  core = [
    "lib/matplotlib/tests/test_axes.py"
    "lib/matplotlib/tests/test_ft2font.py"
  ];
  sampled = true;
}
