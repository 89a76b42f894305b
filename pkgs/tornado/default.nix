{
  abi3 = true;
  tests = {
    files = [ ];
    select = [
      "--pyargs"
      "tornado.test"
    ];
  };
}
