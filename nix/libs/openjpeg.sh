# shellcheck shell=bash disable=SC2154
# shellcheck source=nix/libs/debian.sh
. "$debian"
debian_patches issue878.patch man_fix.patch 'fix-typo-man-*.patch'
cmake_static . -DBUILD_CODEC=OFF
