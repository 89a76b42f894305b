# shellcheck shell=bash
configure_static --without-jpeg --without-tiff
make install
