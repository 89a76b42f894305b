# shellcheck shell=bash disable=SC2154
# shellcheck source=nix/libs/helpers.sh
. "$helpers"
# Its assembly for x86-64 wants an assembler that the root has not.
asm=true
[ "$arch" != x86_64 ] || asm=false
meson_static -Denable_asm="$asm" -Denable_tools=false -Denable_tests=false
