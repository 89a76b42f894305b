{
  own = ./test_own.py;
  files = [
    "src/lxml/tests"
    "src/lxml/html/tests"
    # Whose examples are tested, and tests read files.
    "doc"
    "samples"
  ];
}
