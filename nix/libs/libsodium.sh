# shellcheck shell=bash
configure_static
make install
