{
  abi3 = true;
  tests = {
    own = ./test_own.py;
    select = [
      "test_own.py"
      "--pyargs"
      "tornado.test"
    ];
  };
}
