# sysroot arch libraries: one folder tree, include/ and lib/, of the floor and some target libraries.
# x86_64 has no floor of its own: there it holds the libraries only, beside Debian's C library.
{
  run,
  file,
}:
floor: arch: libraries:
run {
  name = "sysroot-${arch.name}";
  script = file ./sysroot.sh;
  parts = floor ++ libraries;
}
