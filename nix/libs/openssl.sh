# shellcheck shell=bash disable=SC2154
# shellcheck source=nix/libs/debian.sh
. "$debian"
debian_patches debian-targets.patch man-section.patch no-symbolic.patch pic.patch c_rehash-compat.patch 'Configure-*'

case $arch in x86_64) target=linux-x86_64 ;; *) target=linux64-$arch ;; esac
# It writes the compiler's options into itself, and names its files by relative paths anyway.
CFLAGS=${CFLAGS% "$map"}
# no-module: the legacy provider is part of libcrypto, so there is no file to find at run time.
perl Configure "$target" no-shared no-module no-tests no-docs no-apps \
  --prefix="$prefix" --libdir=lib --openssldir=/etc/ssl
make build_libs
make install_dev DESTDIR="$DESTDIR"
