# Build Rust's standard library for a target as upstream does: with unwinding and backtraces, and with bitcode inside
# for link-time optimisation.
# shellcheck shell=bash disable=SC2154 source=/dev/null
rustFlags="-Cembed-bitcode=yes -Zforce-unstable-if-unmarked"
. "$cargo"
cp -r --no-preserve=mode "$source/library" /build/library
cd /build/library
# The crates are the compiler's own, so they may use what is not stable.
RUSTC_BOOTSTRAP=1 cargo build --locked --release -p sysroot --features panic-unwind,backtrace
mkdir -p "$out/lib"
cp "/build/target/$rustTarget/release/deps/"*.rlib "$out/lib/"
python3 "$collect" "$out/licenses" "$components"
python3 -I -B "$carriedCrates" "/build/target/$rustTarget" /build/library "$out"
