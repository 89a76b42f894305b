# Target C libraries by name, static and position-independent but for OpenBLAS, which is shared and gets grafted.
#
# The name is also that of the source (nix/pins/sources.manifest.json) and of the shell file that builds it.
#   license    SPDX expression; texts: its files in the source
#   needs      libraries that it is built against; languages: whose run-time it needs, besides C
#   contains   components of others inside it (nix/licenses)
# Anything else becomes an environment variable of the build.
{
  run,
  file,
  pins,
  toolchain,
  licenses,
}:
let
  library = import ./library.nix {
    inherit
      run
      file
      pins
      toolchain
      licenses
      ;
  };
in
arch:
let
  libs = builtins.mapAttrs (name: library arch name) {
    bzip2 = {
      license = "bzip2-1.0.6";
      texts = [ "LICENSE" ];
    };
    expat = {
      license = "MIT";
      texts = [ "expat/COPYING" ];
    };
    libedit = {
      license = "BSD-3-Clause";
      texts = [ "COPYING" ];
      needs = [ libs.ncurses ];
    };
    libffi = {
      license = "MIT";
      texts = [ "LICENSE" ];
    };
    libsodium = {
      license = "ISC";
      texts = [ "LICENSE" ];
    };
    libxml2 = {
      license = "MIT";
      texts = [ "Copyright" ];
      needs = [ libs.zlib ];
    };
    libxslt = {
      license = "MIT";
      texts = [ "Copyright" ];
      needs = [
        libs.libxml2
        libs.zlib
      ];
    };
    libyaml = {
      license = "MIT";
      texts = [ "License" ];
    };
    ncurses = {
      license = "X11-distribute-modifications-variant";
      texts = [ "COPYING" ];
    };
    openblas = {
      license = "BSD-3-Clause";
      texts = [ "LICENSE" ];
      languages = [ "fortran" ];
      contains = [
        (licenses.component {
          source = "lapack";
          license = "BSD-3-Clause-Open-MPI";
          texts = [ "lapack-netlib/LICENSE" ];
        })
        (toolchain.component "libgfortran")
      ];
      lapack = pins.sources.lapack;
    }
    // (
      if arch.glibc != null then
        { }
      else
        {
          recipe = file ./openblas-x86_64.sh;
          openblas = file ./openblas.sh;
        }
    );
    openssl = {
      license = "Apache-2.0";
      texts = [ "LICENSE.txt" ];
      patches = pins.patches.openssl;
    };
    sqlite = {
      license = "blessing";
      texts = [ "LICENSE.md" ];
    };
    xz = {
      license = "0BSD";
      texts = [ "COPYING.0BSD" ];
    };
    zeromq = {
      license = "MPL-2.0";
      texts = [ "vendor/LICENSE" ];
      needs = [ libs.libsodium ];
      languages = [ "c++" ];
    };
    zlib = {
      license = "Zlib";
      texts = [ "LICENSE" ];
    };
    zstd = {
      license = "BSD-3-Clause";
      texts = [ "LICENSE" ];
    };
  };
in
libs
