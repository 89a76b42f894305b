# shellcheck shell=bash disable=SC2154
mkdir -p "$out/bin"
"$triplet-gcc" -O2 -s -o "$out/bin/uname" "$source"
