{
  patches = [ ./target-arch.patch ];
  tests = {
    files = [ "test" ];
    select = [ "test" ];
  };
}
