{
  files = [
    "tests"
    # What test_scripts starts and compares.
    "scripts"
    "setup.py"
  ];
  # They measure memory, with psleak, of which there is no wheel.
  options = [ "--ignore=tests/test_memleaks.py" ];
}
