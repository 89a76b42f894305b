# Build Rust's standard library for a target as upstream does: with unwinding and backtraces, and with bitcode inside
# for link-time optimisation.
# shellcheck shell=bash disable=SC2034,SC2154 source=/dev/null
rustFlags="-Cembed-bitcode=yes -Zforce-unstable-if-unmarked"
. "$cargo"
cp -r --no-preserve=mode "$source/library" /build/library
cd /build/library
# The crates are the compiler's own, so they may use what is not stable.
RUSTC_BOOTSTRAP=1 cargo build --locked --release -p sysroot --features panic-unwind,backtrace
mkdir -p "$out/lib"
cp "/build/target/$rustTarget/release/deps/"*.rlib "$out/lib/"
# What each crate was made from, for its licenses.
mkdir -p "$out/made/release/deps"
cp "/build/target/$rustTarget/release/deps/"*.d "$out/made/release/deps/"
