# shellcheck shell=bash disable=SC2154
# Debian's tarball has no folder of its own, of which build.sh would take away one level.
rm -rf /build/source/*
tar -xf "$source" -C /build/source --no-same-owner
case $arch in
  riscv64) cpu=riscv64 ;;
  *) cpu=generic ;;
esac
cmake_static . -DAOM_TARGET_CPU="$cpu" -DENABLE_TESTS=OFF -DENABLE_TOOLS=OFF -DENABLE_EXAMPLES=OFF -DENABLE_DOCS=OFF
