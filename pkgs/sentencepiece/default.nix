{
  libs = [
    "abseil"
    "flatbuffers"
    "protobuf"
  ];
  patches = [ ./dependencies.patch ];
  smoke = ./smoke.py;
  tests = import ./tests.nix;
}
