{
  # Programs: their wheel is for every Python (py3-none). The sdist holds CMake's own source.
  abi3 = true;
  libs = [
    "ncurses"
    "openssl"
  ];
  settings."cmake.define.OPENSSL_USE_STATIC_LIBS" = "ON";
  tests = import ./tests.nix;
}
