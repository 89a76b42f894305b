# shellcheck shell=bash disable=SC2154
# shellcheck source=nix/libs/helpers.sh
. "$helpers"
configure_static --without-jpeg --without-tiff
make install
link_with lcms2 m
