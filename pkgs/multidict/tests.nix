{
  files = [
    "tests"
    "benchmarks"
    # Whose programs are tested too.
    "tools"
  ];
  # They measure, and need a plugin of their own.
  options = [ "--ignore-glob=*_benchmarks.py" ];
  leftOut = [
    {
      test = "*test_leaks.py::test_leak*";
      class = "emulator";
      why = "they measure the memory of the process, which is the emulator's";
    }
  ];
}
