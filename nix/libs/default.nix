# Target C libraries by name, static and position-independent but for OpenBLAS, which is shared and gets grafted.
#
# The name is also that of the source (nix/pins/sources.manifest.json) and of the shell file that builds it.
#   license    SPDX expression; texts: its files in the source
#   needs      libraries that it is built against; languages: whose run-time it needs, besides C
#   contains   components of others inside it (nix/licenses)
#   helpers    functions for its shell file that not all need
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
  helpers = file ./helpers.sh;
  debian = file ./debian.sh;
  x11 = run {
    name = "x11-protocol";
    script = file ./x11.sh;
    packages = pins.x11;
  };
  libs = builtins.mapAttrs (name: library arch name) {
    abseil = {
      license = "Apache-2.0";
      texts = [ "LICENSE" ];
      languages = [ "c++" ];
    };
    aom = {
      license = "BSD-2-Clause";
      texts = [
        "LICENSE"
        "PATENTS"
      ];
      languages = [ "c++" ];
      contains = [
        (licenses.component {
          name = "aom-fastfeat";
          source = "aom";
          license = "BSD-3-Clause";
          texts = [ "third_party/fastfeat/LICENSE" ];
        })
        (licenses.component {
          name = "aom-vector";
          source = "aom";
          license = "MIT";
          texts = [ "third_party/vector/LICENSE" ];
        })
      ];
    };
    brotli = {
      license = "MIT";
      texts = [ "LICENSE" ];
    };
    bzip2 = {
      license = "bzip2-1.0.6";
      texts = [ "LICENSE" ];
    };
    dav1d = {
      license = "BSD-2-Clause";
      texts = [ "COPYING" ];
      inherit helpers;
      meson = pins.sources.meson;
    };
    expat = {
      license = "MIT";
      texts = [ "expat/COPYING" ];
    };
    flatbuffers = {
      license = "Apache-2.0";
      texts = [ "LICENSE" ];
      languages = [ "c++" ];
    };
    freetype = {
      license = "FTL";
      texts = [
        "LICENSE.TXT"
        "docs/FTL.TXT"
      ];
      needs = [
        libs.brotli
        libs.libpng
      ];
      harfbuzz = pins.sources.harfbuzz;
      inherit helpers;
    };
    harfbuzz = {
      license = "MIT-Modern-Variant";
      texts = [ "COPYING" ];
      needs = [ libs.freetype ];
      languages = [ "c++" ];
      inherit helpers;
      meson = pins.sources.meson;
    };
    lcms2 = {
      license = "MIT";
      texts = [ "LICENSE" ];
      inherit helpers;
    };
    libavif = {
      license = "BSD-2-Clause";
      texts = [ "LICENSE" ];
      needs = [
        libs.aom
        libs.dav1d
        libs.libwebp
      ];
      languages = [ "c++" ];
      inherit helpers;
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
    libjpeg-turbo = {
      license = "IJG AND BSD-3-Clause";
      texts = [
        "LICENSE.md"
        "README.ijg"
      ];
    };
    libpng = {
      license = "libpng-2.0";
      texts = [ "LICENSE" ];
      needs = [ libs.zlib ];
      inherit helpers;
    };
    libsodium = {
      license = "ISC";
      texts = [ "LICENSE" ];
    };
    libtiff = {
      license = "libtiff";
      texts = [ "LICENSE.md" ];
      needs = [
        libs.libjpeg-turbo
        libs.xz
        libs.zlib
        libs.zstd
      ];
      # Its CMake tries a C++ compiler.
      languages = [ "c++" ];
      inherit helpers;
    };
    libwebp = {
      license = "BSD-3-Clause";
      texts = [
        "COPYING"
        "PATENTS"
      ];
      inherit helpers;
    };
    libxau = {
      license = "MIT-open-group";
      texts = [ "COPYING" ];
      inherit x11;
    };
    libxcb = {
      license = "X11";
      texts = [ "COPYING" ];
      needs = [ libs.libxau ];
      inherit helpers x11;
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
      patches = pins.patches.libxslt;
      inherit debian;
    };
    libyaml = {
      license = "MIT";
      texts = [ "License" ];
    };
    mpdecimal = {
      license = "BSD-2-Clause";
      texts = [ "COPYRIGHT.txt" ];
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
      fixes = file ./openblas.patch;
    };
    openjpeg = {
      license = "BSD-2-Clause";
      texts = [ "LICENSE" ];
      patches = pins.patches.openjpeg;
      inherit debian;
    };
    openssl = {
      license = "Apache-2.0";
      texts = [ "LICENSE.txt" ];
      patches = pins.patches.openssl;
      inherit debian;
    };
    protobuf = {
      license = "BSD-3-Clause";
      texts = [ "LICENSE" ];
      needs = [ libs.zlib ];
      languages = [ "c++" ];
    };
    qhull = {
      license = "Qhull";
      texts = [ "COPYING.txt" ];
      # Its CMake tries a C++ compiler.
      languages = [ "c++" ];
    };
    raqm = {
      license = "MIT";
      texts = [ "COPYING" ];
      needs = [
        libs.harfbuzz
        libs.sheenbidi
      ];
      inherit helpers;
      meson = pins.sources.meson;
    };
    sheenbidi = {
      license = "Apache-2.0";
      texts = [ "LICENSE" ];
      languages = [ "c++" ];
      inherit helpers;
      meson = pins.sources.meson;
    };
    sqlite = {
      license = "blessing";
      texts = [ "LICENSE.md" ];
      patches = pins.patches.sqlite;
      inherit debian;
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
