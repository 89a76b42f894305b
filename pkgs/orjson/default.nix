{
  tests = {
    files = [ "test" ];
    select = [ "test" ];
  };
}
