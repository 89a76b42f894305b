# shellcheck shell=bash disable=SC2154
# Schematron, which is no default any more, is a feature of upstream's wheels of lxml.
# Without --sysconfdir the default catalogue would be looked for in our build's prefix, not in /etc/xml.
configure_static --sysconfdir=/etc --without-python --with-schematron --with-zlib="/usr/$triplet"
make install
