# Per architecture: glibc at the floor, GCC's run-time libraries over it, and what is made of them.
#
#   toolchain.<arch>.sysroot  languages -> libraries -> folder tree for the compiler
#   toolchain.<arch>.mounts   sysroot -> mounts of `run`
#   toolchain.component       name of a run-time library -> what a wheel that carries it must say
{
  run,
  file,
  pins,
  architectures,
  licenses,
}:
let
  part = path: import path { inherit run file pins; };
  glibcFor = part ./glibc.nix;
  libgccFor = part ./libgcc.nix;
  gcc = part ./gcc-source.nix;
  component =
    name:
    licenses.component {
      inherit name;
      source = "gcc";
      license = "GPL-3.0-or-later WITH GCC-exception-3.1";
      texts = [
        "${gcc}/COPYING3"
        "${gcc}/COPYING.RUNTIME"
      ];
    };
  runtimeFor = import ./gcc-runtime.nix {
    inherit
      run
      file
      gcc
      component
      ;
    inherit (licenses) collect;
  };
  sysrootOf = import ./sysroot.nix { inherit run file; };
  mountsOf = import ./mounts.nix;

  # What a language's programs may ask for besides the C library. libgcc is always there: even C is linked against it.
  languages = {
    c = [
      "libatomic"
      "libgomp"
    ];
    "c++" = [ "libstdc++-v3" ];
    fortran = [
      "libbacktrace"
      "libgfortran"
    ];
  };

  cross =
    arch:
    let
      glibc = glibcFor arch;
      libgcc = libgccFor arch (mountsOf arch glibc);
      floor = [
        glibc
        libgcc
      ];
      runtime = builtins.mapAttrs (
        language: runtimeFor arch (mountsOf arch (sysrootOf arch floor)) language
      ) languages;
    in
    {
      inherit glibc runtime libgcc;
      sysroot = wanted: libraries: sysrootOf arch (floor ++ map (l: runtime.${l}) wanted ++ libraries);
    };
  # x86_64 has no floor of its own: there it holds the libraries, beside Debian's C library, and Debian's run-time
  # libraries that are shared, for auditwheel to find.
  shared = {
    c = [ "libgomp.so.1" ];
    fortran = [
      "libgfortran.so.5"
      "libquadmath.so.0"
    ];
  };
  native =
    arch:
    let
      runtime = builtins.mapAttrs (
        language: libraries:
        run {
          name = "gcc-runtime-${language}-${arch.name}";
          script = file ./gcc-runtime-debian.sh;
          inherit libraries;
          inherit (arch) triplet;
        }
      ) shared;
    in
    {
      sysroot =
        wanted: libraries:
        sysrootOf arch (libraries ++ map (l: runtime.${l}) (builtins.filter (l: runtime ? ${l}) wanted));
    };
in
builtins.mapAttrs (
  _: arch: (if arch.glibc == null then native arch else cross arch) // { mounts = mountsOf arch; }
) architectures
// {
  inherit component;
}
