{
  tests = {
    files = [ "py/tests" ];
    select = [ "py/tests" ];
  };
}
