# Everything that is true of an architecture and of nothing else.
#
#   triplet       GNU triplet; also the multiarch folder (usr/lib/<triplet>)
#   rust          Rust's name for it: the target of rustc
#   loader        path of the dynamic loader below /usr
#   glibc         version of the C library at the floor: a wheel needs nothing newer
#   platformTag   the lowest tag that auditwheel has for the architecture: what our wheels carry
#   kernel        oldest kernel that the C library accepts (glibc --enable-kernel)
#   qemu          QEMU's name for it; null where programs run by themselves
#   cpu           QEMU CPU model of the baseline; cpuVectors: one with vector extensions
#   magic, mask   how binfmt_misc recognises its ELF files
{
  riscv64 = {
    name = "riscv64";
    triplet = "riscv64-linux-gnu";
    rust = "riscv64gc-unknown-linux-gnu";
    loader = "lib/ld-linux-riscv64-lp64d.so.1";
    glibc = "2.31";
    kernel = "4.15";
    platformTag = "manylinux_2_31_riscv64";
    qemu = "riscv64";
    # Plain rv64gc.
    cpu = "sifive-u54";
    cpuVectors = "max";
    magic = ''\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xf3\x00'';
    mask = ''\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'';
  };
  loongarch64 = {
    name = "loongarch64";
    triplet = "loongarch64-linux-gnu";
    rust = "loongarch64-unknown-linux-gnu";
    loader = "lib64/ld-linux-loongarch-lp64d.so.1";
    glibc = "2.36";
    kernel = "5.19";
    platformTag = "manylinux_2_36_loongarch64";
    qemu = "loongarch64";
    # la64v1.0: LSX is in the baseline, LASX is not.
    cpu = "la464,lasx=off";
    cpuVectors = "la464";
    magic = ''\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x02\x01'';
    mask = ''\xff\xff\xff\xff\xff\xff\xff\xfc\x00\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'';
  };
  # For measurement: the same recipes, natively, over Debian's own C library.
  x86_64 = {
    name = "x86_64";
    triplet = "x86_64-linux-gnu";
    rust = "x86_64-unknown-linux-gnu";
    loader = "lib64/ld-linux-x86-64.so.2";
    glibc = null;
    kernel = null;
    platformTag = "manylinux_2_41_x86_64";
    qemu = null;
    cpu = null;
    cpuVectors = null;
    magic = null;
    mask = null;
  };
}
