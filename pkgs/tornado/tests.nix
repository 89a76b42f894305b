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
  ];
}
