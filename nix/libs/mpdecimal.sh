# shellcheck shell=bash
configure_static --disable-cxx --disable-doc
make install
