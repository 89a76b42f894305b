# What all target libraries share: unpack, the target's tools under plain names, install, tidy up.
# A recipe runs in the source folder, installs below $prefix of $DESTDIR, and may use `configure_static`.
# shellcheck shell=bash disable=SC2154
export PATH=/usr/lib/farwheel/$triplet/bin:/usr/bin:/usr/sbin
export CC=gcc CXX=g++ AR=ar RANLIB=ranlib NM=nm STRIP=strip
# Assertions name their files, which CMake compiles by absolute paths.
map=-ffile-prefix-map=/build/source=.
export CFLAGS="-O2 -g0 -fPIC $map" CXXFLAGS="-O2 -g0 -fPIC $map"
export PKG_CONFIG_LIBDIR=/usr/$triplet/lib/pkgconfig
export SOURCE_DATE_EPOCH=315532800
export DESTDIR=/build/installed prefix=/usr/$triplet
export MAKEFLAGS="-j$NIX_BUILD_CORES"

configure_static() {
  ./configure --host="$triplet" --build=x86_64-pc-linux-gnu --prefix="$prefix" --enable-static --disable-shared "$@"
}
cmake_static() {
  cmake -S "$1" -B objects -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS_RELEASE="-DNDEBUG" \
    -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR="$arch" -DBUILD_SHARED_LIBS=OFF \
    -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib "${@:2}"
  ninja -C objects -j "$NIX_BUILD_CORES" install
}

mkdir /build/source
tar -xf "$source" -C /build/source --strip-components=1 --no-same-owner
cd /build/source
# shellcheck source=/dev/null
. "$recipe"

mkdir -p "$out"
cd "$DESTDIR$prefix"
find . -name '*.la' -delete
rm -rf lib/cmake
cp -r include lib "$out/"
cd /build/source
python3 "$collect" "$out/licenses" "$components"
