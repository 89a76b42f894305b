# Upstream's tests are part of the wheel.
{
  files = [ ];
  select = [
    "--pyargs"
    "numpy"
    "-m"
    "not slow"
  ];
  # What the libraries below it and the emulator can get wrong.
  core = [
    "--pyargs"
    "numpy.linalg"
  ];
}
