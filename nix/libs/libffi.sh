# shellcheck shell=bash
# Debian's tarball is the repository: no configure yet.
./autogen.sh
configure_static --disable-docs --disable-multi-os-directory
make install
