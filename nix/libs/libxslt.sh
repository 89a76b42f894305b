# shellcheck shell=bash disable=SC2154
# shellcheck source=nix/libs/debian.sh
. "$debian"
debian_patches '000?-*'
# Without libgcrypt, as upstream's wheels of lxml have it.
configure_static --without-python --without-crypto
make install
# Whoever links them links them statically.
sed -i -e 's/^Libs: .*/& -lm/' -e '/private:/d' "$DESTDIR$prefix"/lib/pkgconfig/lib{x,ex}slt.pc
