{
  # Upstream's tests are part of the wheel.
  tests = {
    files = [ ];
    select = [
      "--pyargs"
      "regex"
    ];
  };
}
