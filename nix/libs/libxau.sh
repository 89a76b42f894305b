# shellcheck shell=bash disable=SC2154
export PKG_CONFIG_LIBDIR=$PKG_CONFIG_LIBDIR:$x11/share/pkgconfig
configure_static
make install
