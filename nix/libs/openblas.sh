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
patch -p1 <"$fixes"
# nix/checks/blas.py tells which kernels are of use. All norms but C's make NaN of infinity, or 0 of subnormal numbers. RISC-V's
# vector kernels do not find the first of several largest.
sed -i -E 's|^([SD]NRM2KERNEL *=).*|\1 ../arm/nrm2.c|; s|^([CZ]NRM2KERNEL *=).*|\1 ../arm/znrm2.c|' \
  kernel/loongarch64/KERNEL kernel/riscv64/KERNEL.RISCV64_*
sed -i -E 's/^(I[SDCZ]AM(AX|IN)KERNEL *=) (.*)_(rvv|vector)\.c/\1 \3.c/' kernel/riscv64/KERNEL.RISCV64_*
# Of LSX and LASX what multiplies packed matrices, which C packs: the rest gains little; some of it reads beyond its operands,
# where memory may end, some makes NaN of infinity. Complex numbers on LASX take LSX's, as theirs do that too, or have no C to pack.
sed -i -E '/NO_LASX/,/endif/{/NO_LASX/,/else/b; s/(CGEMM_DEFAULT_UNROLL_M) 16/\1 8/; s/(ZGEMM_DEFAULT_UNROLL_M) 8/\1 4/}' param.h
sed -i -E -e '/^(ifndef|endif)/b' -e '/^[SDCZ](GEMM(KERNEL|[IO][NT]COPY)|TRSMKERNEL)/!d' \
  -e '/^ZGEMMI/d; s/cgemm_kernel_16x4_lasx/cgemm_kernel_8x4_lsx/; s/(cgemm_[nt]copy)_16/\1_8/; s/zgemm_kernel_8x4_lasx/zgemm_kernel_4x4_lsx/' \
  -e 's|^([SD]GEMM.*COPY *= *).*gemm_([nt]copy_[0-9]+).*|\1../generic/gemm_\2.c|' \
  -e 's|^([CZ]GEMM.*COPY *= *).*gemm_([nt]copy_[0-9]+).*|\1../generic/zgemm_\2.c|' kernel/loongarch64/KERNEL.LA[24]64
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
