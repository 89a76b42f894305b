{
  abi3 = true;
  # How log lines look that tests compare is said in there.
  tests.files = [
    "pyproject.toml"
    "tests"
  ];
  # Pytest tells of what it will no longer take in future, and there warnings are errors.
  tests.options = [ "-Wignore::DeprecationWarning" ];
}
