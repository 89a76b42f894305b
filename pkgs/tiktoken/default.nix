{
  build = 1;
  smoke = ./smoke.py;
  # All other tests download vocabularies.
  tests.select = [ "tests/test_misc.py::test_optional_blobfile_dependency" ];
}
