# Build some of GCC's run-time libraries one by one with Debian's cross compiler: $out/include, $out/lib.
# shellcheck shell=bash disable=SC2154
# What the libraries expect of a combined tree: a gcc folder and libgcc's thread header.
target=/build/objects/$triplet
mkdir -p /build/objects/gcc "$target/libgcc"
ln -s "$gcc/libgcc/gthr-posix.h" "$target/libgcc/gthr-default.h"

export CC=$triplet-gcc CXX=$triplet-g++ FC=$triplet-gfortran AR=$triplet-ar RANLIB=$triplet-ranlib
flags="-O2 -g0 -fPIC -ffile-prefix-map=$gcc=gcc"

for library in $libraries; do
  mkdir -p "$target/$library"
  cd "$target/$library"
  case $library in
    libgomp) kind=(--disable-static --enable-shared) ;;
    *) kind=(--enable-static --disable-shared) ;;
  esac
  "$gcc/$library/configure" --host="$triplet" --build=x86_64-linux-gnu --prefix=/usr --libdir=/usr/lib \
    --disable-multilib --enable-version-specific-runtime-libs=no \
    --disable-libstdcxx-pch --with-gxx-include-dir=/usr/include/c++/14 --disable-libquadmath-support \
    CFLAGS="$flags -DGTHREAD_USE_WEAK=0" CXXFLAGS="$flags -DGTHREAD_USE_WEAK=0" FCFLAGS="$flags" "${kind[@]}" >configure.log 2>&1 || {
    cat configure.log
    exit 1
  }
  make -j"$NIX_BUILD_CORES" >make.log 2>&1 || {
    tail -n 60 make.log
    exit 1
  }
  # libbacktrace is part of libgfortran.
  [ "$library" = libbacktrace ] || make install DESTDIR=/build/installed >/dev/null
  echo "built $library"
done

mkdir -p "$out/lib"
cd /build/installed
find . \( -name 'lib*.a' -o -name 'lib*.so*' -o -name '*.spec' -o -name 'crt*.o' \) -exec cp -P -t "$out/lib" {} +
[ ! -d usr/include ] || cp -r usr/include "$out/include"
find "$out/lib" -name '*.a' -exec "$triplet-strip" --strip-debug {} +
find "$out/lib" -name '*.so.*.*' -exec "$triplet-strip" --strip-unneeded {} +
python3 "$collect" "$out/licenses" "$components"
find "$out" | sort | grep -v include/c++
