# Per architecture: glibc at the floor, GCC's run-time libraries over it, and what is made of them.
#
#   toolchain.<arch>.sysroot  libraries -> folder tree for the compiler
#   toolchain.<arch>.mounts   sysroot -> mounts of `run`
{
  run,
  file,
  pins,
  architectures,
}:
let
  part = path: import path { inherit run file pins; };
  glibcFor = part ./glibc.nix;
  runtimeFor = part ./gcc-runtime.nix;
  libgccFor = part ./libgcc.nix;
  sysrootOf = import ./sysroot.nix { inherit run file; };
  mountsOf = import ./mounts.nix;

  cross =
    arch:
    let
      glibc = glibcFor arch;
      libgcc = libgccFor arch (mountsOf arch glibc);
      # Even a C program is linked against libgcc_s.
      runtime = runtimeFor arch (
        mountsOf arch (
          sysrootOf [
            glibc
            libgcc
          ] arch [ ]
        )
      );
    in
    {
      inherit glibc runtime libgcc;
      sysroot = sysrootOf [
        glibc
        libgcc
        runtime
      ] arch;
    };
  native = arch: { sysroot = sysrootOf [ ] arch; };
in
builtins.mapAttrs (
  _: arch: (if arch.glibc == null then native arch else cross arch) // { mounts = mountsOf arch; }
) architectures
