# shellcheck shell=bash disable=SC2154
# Shared, as numpy and scipy upstream ship it: a wheel gets it grafted in. Kernels are chosen at run time.
case $arch in
  riscv64) cpu=(TARGET=RISCV64_GENERIC DYNAMIC_ARCH=1 DYNAMIC_LIST="RISCV64_GENERIC RISCV64_ZVL128B RISCV64_ZVL256B") ;;
  loongarch64) cpu=(TARGET=LA64_GENERIC DYNAMIC_ARCH=1) ;;
  # For measurement only: one kernel set.
  x86_64) cpu=(TARGET=HASWELL) ;;
esac
# Debian's tarball comes without the reference LAPACK. What OpenBLAS has itself must not be replaced by that; its own copy
# leaves these out in lapack-netlib/SRC/Makefile.
mkdir -p lapack-netlib
tar -xf "$lapack" -C lapack-netlib --strip-components=1 --no-same-owner
own="[sdcz](getrf|getrs|potrf|getf2|potf2|laswp|gesv|lauu2|lauum|trti2|trtri|trtrs|symv|syr|spmv|spr)|xerbla|../INSTALL/lsame"
sed -i -E "s@(^|[[:space:]])($own)\.o\b@@g" lapack-netlib/SRC/Makefile
# The vector kernels divide by the largest element, which is infinite for subnormal numbers, and add up in single precision.
sed -i -E 's/^([SC])NRM2KERNEL.*/\1NRM2KERNEL = \L\1\Enrm2.S/' kernel/loongarch64/KERNEL.LA[24]64
# Callers use LAPACK itself; its C interface (LAPACKE) would take as long again.
options=("${cpu[@]}" CROSS=1 HOSTCC=/usr/bin/gcc CC="$CC $map" FC="gfortran $map" AR="$AR" RANLIB="$RANLIB"
  NUM_THREADS=64 USE_OPENMP=0 USE_THREAD=1 NO_AFFINITY=1 NO_TEST=1 BUILD_RELAPACK=0 NO_LAPACKE=1 NO_STATIC=0 PREFIX="$prefix")
# Its link test asks for two deprecated LAPACK routines that this configuration leaves out.
sed -i "s|> linktest.c\$|& \&\& sed -i /combssq_/d linktest.c|" exports/Makefile
grep -q 'linktest.c && sed' exports/Makefile
# OpenBLAS has its own idea of flags; ours would override it.
unset CFLAGS CXXFLAGS
export LDFLAGS="-Wl,-z,relro -Wl,--exclude-libs,libgfortran.a"
make "${options[@]}" libs netlib shared >make.log 2>&1 || {
  tail -n 50 make.log
  exit 1
}
make "${options[@]}" install
rm "$DESTDIR$prefix"/lib/*.a
strip --strip-unneeded "$DESTDIR$prefix"/lib/libopenblas*.so
