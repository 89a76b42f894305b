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
let
  # configure links programs to see what the C library has. With a libstdc++ that is not there yet none would link, and
  # libstdc++ would bring a floorf of its own (which calls itself) and an expl (which is exp).
  flags = if language == "c++" then { LDFLAGS = "-nostdlib++"; } else { };
in
run (
  flags
  // {
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
)
