{
  # Its assertions name the file that they stand in.
  env.CPPFLAGS = "-ffile-prefix-map=/build/source=.";
}
