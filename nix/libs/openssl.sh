# shellcheck shell=bash disable=SC2154
case $arch in x86_64) target=linux-x86_64 ;; *) target=linux64-$arch ;; esac
# no-module: the legacy provider is part of libcrypto, so there is no file to find at run time.
perl Configure "$target" no-shared no-module no-tests no-docs no-apps \
  --prefix="$prefix" --libdir=lib --openssldir=/etc/ssl
make build_libs
make install_dev DESTDIR="$DESTDIR"
