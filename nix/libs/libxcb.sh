# shellcheck shell=bash disable=SC2154
# shellcheck source=nix/libs/helpers.sh
. "$helpers"
export PKG_CONFIG_LIBDIR=$PKG_CONFIG_LIBDIR:$x11/share/pkgconfig PYTHONPATH=$x11/python
configure_static --disable-devel-docs
make install
link_with xcb Xau
