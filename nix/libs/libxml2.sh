# shellcheck shell=bash disable=SC2154
# Schematron, which is no default any more, is a feature of upstream's wheels of lxml.
configure_static --without-python --with-schematron --with-zlib="/usr/$triplet"
make install
