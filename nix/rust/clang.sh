# libclang as a tree of its own, /opt/clang, for crates that read C headers while they build (bindgen).
# shellcheck shell=bash disable=SC2154
mkdir /build/tree
for package in $packages; do
  ar p "$package" data.tar.xz | tar -xJ --no-same-owner -C /build/tree
done
cd /build/tree/usr/lib
mkdir "$out/lib"
cp -P x86_64-linux-gnu/*.so* "$out/lib/"
# What clang has in the place of GCC's own headers.
cp -r llvm-*/lib/clang/*/include "$out/"
# shellcheck disable=SC2016 # the loader expands $ORIGIN, not the shell
for library in "$out"/lib/*.so*; do [ -L "$library" ] || patchelf --set-rpath '$ORIGIN' "$library"; done
