# Build GCC's run-time libraries one by one with Debian's cross compiler: $out/include, $out/lib.
# shellcheck shell=bash disable=SC2154
cores=$NIX_BUILD_CORES
tar -xf "$source" --no-same-owner
inner=(gcc-*/gcc-*.tar.xz)
[ ! -e "${inner[0]}" ] || tar -xf "${inner[0]}" --no-same-owner
gcc=$(dirname "$(ls -d /build/gcc-*/libstdc++-v3)")

# What the libraries expect of a combined tree: a gcc folder and libgcc's thread header.
target=/build/objects/$triplet
mkdir -p /build/objects/gcc "$target/libgcc"
ln -s "$gcc/libgcc/gthr-posix.h" "$target/libgcc/gthr-default.h"

export CC=$triplet-gcc CXX=$triplet-g++ FC=$triplet-gfortran AR=$triplet-ar RANLIB=$triplet-ranlib
# Before glibc 2.34 threads are a library of their own. Weak references to it would leave a wheel that uses
# threads without needing it; strong ones make the linker record the need.
flags="-O2 -g0 -fPIC -DGTHREAD_USE_WEAK=0"
sed -i 's/#define GTHREAD_USE_WEAK 1/#define GTHREAD_USE_WEAK 0/' "$gcc/libgcc/gthr-posix.h" "$gcc/libgcc/gthr.h"

library() {
  local name=$1
  shift
  mkdir -p "$target/$name"
  cd "$target/$name"
  # shellcheck disable=SC2086
  "$gcc/$name/configure" --host="$triplet" --build=x86_64-linux-gnu --prefix=/usr \
    --libdir=/usr/lib --disable-multilib --enable-version-specific-runtime-libs=no \
    CFLAGS="$flags" CXXFLAGS="$flags" FCFLAGS="-O2 -g0 -fPIC" "$@" >configure.log 2>&1 || {
    cat configure.log
    exit 1
  }
  make -j"$cores" >make.log 2>&1 || {
    tail -n 60 make.log
    exit 1
  }
  echo "built $name"
}

static=(--enable-static --disable-shared)
library libstdc++-v3 "${static[@]}" --disable-libstdcxx-pch --with-gxx-include-dir="/usr/include/c++/14"
make -C "$target/libstdc++-v3" install DESTDIR=/build/installed >/dev/null
library libgomp --disable-static --enable-shared
make -C "$target/libgomp" install DESTDIR=/build/installed >/dev/null
library libatomic "${static[@]}"
make -C "$target/libatomic" install DESTDIR=/build/installed >/dev/null
library libbacktrace "${static[@]}"
library libgfortran "${static[@]}" --disable-libquadmath-support
make -C "$target/libgfortran" install DESTDIR=/build/installed >/dev/null

mkdir -p "$out/lib"
cd /build/installed
find . -name '*.la' -delete
find . \( -name 'lib*.a' -o -name 'lib*.so*' -o -name '*.spec' -o -name 'crt*.o' \) -exec cp -P -t "$out/lib" {} +
cp -r usr/include "$out/include"
"$triplet-strip" --strip-debug "$out"/lib/*.a
"$triplet-strip" --strip-unneeded "$out"/lib/*.so.*.*
find "$out" | sort | grep -v include/c++
