# shellcheck shell=bash
configure_static LIBS="-ltinfow"
make -C src install
make install-pkgconfigDATA 2>/dev/null || true
