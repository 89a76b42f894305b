{
  own = ./test_own.py;
  select = [
    "test_own.py"
    "--pyargs"
    "tornado.test"
  ];
  leftOut = [
    {
      test = "tornado/test/gen_test.py::RunnerGCTest::test_gc";
      class = "emulator";
      why = "collecting the garbage of a whole run of tests has 0.2 s, which QEMU often exceeds";
    }
  ];
}
