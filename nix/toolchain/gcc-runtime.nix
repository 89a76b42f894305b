# GCC's run-time libraries of one language over an architecture's floor, from GCC's own source: static and
# position-independent, but for libgomp, which is shared. Debian's builds refer to a newer glibc.
{
  run,
  file,
  gcc,
  component,
  collect,
}:
arch: mounts: language: libraries:
run (
  {
    name = "gcc-runtime-${builtins.replaceStrings [ "+" ] [ "x" ] language}-${arch.name}";
    script = file ./gcc-runtime.sh;
    components = builtins.toJSON (
      map (l: component (builtins.replaceStrings [ "-v3" ] [ "" ] l)) (
        builtins.filter (l: l != "libbacktrace") libraries
      )
    );
    inherit
      gcc
      libraries
      mounts
      collect
      ;
    inherit (arch) triplet;
  }
  // (
    if language == "c++" then
      {
        # configure links programs to see what the C library has; with a libstdc++ that is not there yet none would, and
        # libstdc++ would bring its own floorf (which calls itself) and its own expl (which is exp).
        LDFLAGS = "-nostdlib++";
      }
    else
      { }
  )
)
