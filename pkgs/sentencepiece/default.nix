{
  libs = [
    "abseil"
    "flatbuffers"
    "protobuf"
  ];
  patches = [ ./dependencies.patch ];
  smoke = ./smoke.py;
  tests.files = [ "test" ];
  tests.select = [ "test" ];
}
