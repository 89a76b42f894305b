{
  build = 1;
  abi3 = true;
  smoke = ./smoke.py;
  tests = import ./tests.nix;
  libs = [ "zeromq" ];
  settings = {
    # As upstream's own wheels.
    "wheel.py-api" = "cp312";
    "cmake.define.PYZMQ_LIBZMQ_RPATH" = "OFF";
  };
}
