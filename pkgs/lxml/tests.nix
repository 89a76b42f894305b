{
  own = ./test_own.py;
  files = [
    "src/lxml/tests"
    "src/lxml/html/tests"
    # Whose examples are tested, and tests read files.
    "doc"
    "samples"
  ];
  leftOut = [
    {
      test = "*.test_external_document_adoption]";
      class = "root";
      why = "it loads the system's own libxml2 by ctypes";
    }
  ];
}
