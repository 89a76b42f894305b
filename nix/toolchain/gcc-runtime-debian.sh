# shellcheck shell=bash disable=SC2154
mkdir -p "$out/lib"
for library in $libraries; do
  cp -L "/usr/lib/$triplet/$library" "$out/lib/"
done
