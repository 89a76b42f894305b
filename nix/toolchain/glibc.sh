# Build glibc for a target with Debian's cross compiler.
# shellcheck shell=bash disable=SC2154
tar -xf "$source" --no-same-owner
cd glibc-*

for patch in $patches; do patch -p1 <"$patch"; done

# Debian's tarball comes without the manual, whose errno.texi is older than the file made from it.
sed -i 's/\bmanual\b//' Makeconfig
# Of the converters (gconv) tests ask for Unicode's; the tables of all the others take a third of the time.
sed -i '/^modules\t:=/,/[^\\]$/c modules := UTF-7 UTF-16 UTF-32 UNICODE' iconvdata/Makefile
# Nobody links the C library statically; without this every source would be compiled twice.
sed -i '/^object-suffixes += \.o$/d' Makeconfig
if [ ! -e manual/errno.texi ]; then
  mkdir -p manual
  touch -d @0 manual/errno.texi
fi

mkdir /build/objects
cd /build/objects
# Kernel headers only: with Debian's C library in reach, configure would find the wrong answers.
mkdir -p "$out/include"
for folder in asm asm-generic drm linux misc mtd rdma scsi sound video xen; do
  [ ! -d "$debian/include/$folder" ] || cp -r "$debian/include/$folder" "$out/include/"
done

"/build/$(cd /build && echo glibc-*)/configure" \
  --prefix=/usr --libdir="/usr/lib/$triplet" --host="$triplet" --build=x86_64-linux-gnu \
  --with-headers="$out/include" --enable-kernel="$enableKernel" \
  --disable-werror --disable-nscd --disable-timezone-tools --disable-profile --without-selinux \
  libc_cv_slibdir="/usr/lib/$triplet" libc_cv_rtlddir="/usr/${loader%/*}" \
  CC="$triplet-gcc" CXX= CFLAGS="-O2 -g0 -std=gnu11 -fcommon"
make -j"$NIX_BUILD_CORES" build-programs=no
make install build-programs=no DESTDIR=/build/installed
cd /build/installed

cp -r usr/include/. "$out/include/"
mv "usr/lib/$triplet" "$out/lib"
# The loader lies beside the rest: as a file since 2.34, before as a link.
if [ ! -e "$out/lib/${loader##*/}" ]; then
  if [ -L "usr/$loader" ]; then
    ln -sf "$(basename "$(readlink "usr/$loader")")" "$out/lib/${loader##*/}"
  else
    cp "usr/$loader" "$out/lib/"
  fi
fi
mv "$out/lib/gconv" "$out/"
rm -rf "$out"/lib/{audit,getconf,*_p.a}
# Since 2.34 these are part of libc; upstream keeps empty archives for whoever still asks for them.
for name in pthread dl rt util anl; do
  [ -e "$out/lib/lib$name.so" ] || "$triplet-ar" rc "$out/lib/lib$name.a"
done

# The linker script names libc by absolute path; by plain names it works wherever the folder is mounted.
# Before 2.34 threads, dlopen and others were libraries of their own. Whoever uses them finds them as in a newer
# glibc, and ends up needing them.
separate=
case $version in 2.[0-2]* | 2.3[0-3]) separate="libpthread.so.0 libdl.so.2 librt.so.1 libutil.so.1 " ;; esac
sed -i -E "s|/[^ ]*/||g; s|AS_NEEDED \( |&$separate|" "$out/lib/libc.so"
cat "$out/lib/libc.so"
