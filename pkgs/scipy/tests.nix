{
  # Part of the wheel.
  files = [ ];
  select = [
    "--pyargs"
    "scipy"
  ];
  options = [ "-mnot slow and not xslow" ];
  core = [
    "--pyargs"
    "scipy.linalg"
  ];
  sampled = true;
}
