{
  # Its assertions name the file that they stand in; CMake, which compiles all of it, does not ask for CPPFLAGS.
  env.CXXFLAGS = "-ffile-prefix-map=/build/source=.";
  tests = import ./tests.nix;
}
