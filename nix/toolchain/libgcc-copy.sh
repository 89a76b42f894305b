# shellcheck shell=bash disable=SC2154
mkdir -p "$out/lib"
cp "$debian/lib/libgcc_s.so.1" "$out/lib/"
