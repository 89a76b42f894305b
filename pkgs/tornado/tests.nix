{
  own = ./test_own.py;
  select = [
    "test_own.py"
    "--pyargs"
    "tornado.test"
  ];
  leftOut = [
    {
      test = "tornado/test/autoreload_test.py::AutoreloadTest::test_reload*";
      class = "emulator";
      why = "a program that restarts itself has four seconds, which do not always suffice under QEMU";
    }
    {
      test = "tornado/test/gen_test.py::RunnerGCTest::test_gc";
      class = "emulator";
      why = "collecting the garbage of a whole run of tests has 0.2 s, which do not always suffice under QEMU";
    }
  ];
}
