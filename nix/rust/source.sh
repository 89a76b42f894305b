# The source of Rust's standard library, without the crates that Debian put beside it: some that its lock names are
# missing there.
# shellcheck shell=bash disable=SC2154
mkdir /build/tree
ar p "$package" data.tar.xz | tar -xJ --no-same-owner -C /build/tree
cd /build/tree/usr/src/rustc-*/
rm -rf library/vendor
cp -r library COPYRIGHT "$out/"
cp /build/tree/usr/share/doc/*/copyright "$out/COPYRIGHT.debian"
