# OpenSSL for wheels: with the patches that Debian has put on the release since, most of them for advisories. Those about
# Debian's own architectures, flags and manual pages are no business of ours.
# shellcheck shell=bash disable=SC2154 source=/dev/null
mkdir /build/debian
tar -xf "$patches" -C /build/debian --strip-components=1 --no-same-owner
while read -r patch; do
  case $patch in
    debian-targets.patch | man-section.patch | no-symbolic.patch | pic.patch | c_rehash-compat.patch | Configure-*) ;;
    *) patch -p1 <"/build/debian/patches/$patch" ;;
  esac
done < <(grep -v '^#' /build/debian/patches/series)
. "$openssl"
