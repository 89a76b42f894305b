# GCC's source, as far as its run-time libraries need it: unpacked once for all of them.
{
  run,
  file,
  pins,
}:
run {
  name = "gcc-source";
  script = file ./gcc-source.sh;
  source = pins.sources.gcc;
}
