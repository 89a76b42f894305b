# Per architecture: the C library at the floor, GCC's run-time libraries over it, and `floor`,
# the folder tree that the cross compiler looks into.
{
  run,
  file,
  pins,
  architectures,
}:
let
  part = path: import path { inherit run file pins; };
  glibc = part ./glibc.nix;
in
builtins.mapAttrs (_: arch: { glibc = glibc arch; }) architectures
