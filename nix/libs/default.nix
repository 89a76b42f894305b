# Target C libraries by name, static and position-independent but for OpenBLAS, which is shared and gets grafted.
#
# The name is also that of the source (nix/pins/sources.manifest.json) and of the shell file that builds it.
# `needs`: libraries that it is built against; anything else becomes an environment variable of the build.
{
  run,
  file,
  pins,
  toolchain,
}:
let
  library = import ./library.nix {
    inherit
      run
      file
      pins
      toolchain
      ;
  };
in
arch:
let
  libs = {
    bzip2 = library arch "bzip2" ./bzip2.sh { };
    libedit = library arch "libedit" ./libedit.sh { needs = [ libs.ncurses ]; };
    libffi = library arch "libffi" ./libffi.sh { };
    libyaml = library arch "libyaml" ./libyaml.sh { };
    ncurses = library arch "ncurses" ./ncurses.sh { };
    openblas = library arch "openblas" ./openblas.sh { lapack = pins.sources.lapack; };
    openssl = library arch "openssl" ./openssl.sh { };
    sqlite = library arch "sqlite" ./sqlite.sh { };
    expat = library arch "expat" ./expat.sh { };
    xz = library arch "xz" ./xz.sh { };
    zlib = library arch "zlib" ./zlib.sh { };
    zstd = library arch "zstd" ./zstd.sh { };
  };
in
libs
