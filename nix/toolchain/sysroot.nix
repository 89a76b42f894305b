# sysroot arch parts: one folder tree, include/ and lib/, of the floor, run-time libraries and target libraries.
{
  run,
  file,
}:
arch: parts:
run {
  name = "sysroot-${arch.name}";
  script = file ./sysroot.sh;
  inherit parts;
}
