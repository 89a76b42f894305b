# Where a sysroot is mounted in a root: the folders in which the cross compiler looks, and the multiarch folder
# in which the target's own dynamic loader does, so that programs just built run through binfmt.
arch: sysroot:
[
  {
    from = "${sysroot}/include";
    to = "/usr/${arch.triplet}/include";
  }
  {
    from = "${sysroot}/lib";
    to = "/usr/${arch.triplet}/lib";
  }
]
++ (
  if arch.qemu == null then
    [ ]
  else
    [
      {
        from = "${sysroot}/lib";
        to = "/usr/lib/${arch.triplet}";
      }
    ]
)
