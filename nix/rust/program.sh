# Build a crate's program, with the crates of its own Cargo.lock.
# shellcheck shell=bash disable=SC2034,SC2154 source=/dev/null
[ -z "$standalone" ] || rustFlags="-Ctarget-feature=+crt-static"
. "$cargo"
mkdir /build/source
tar -xzf "$crate" -C /build/source --strip-components=1 --no-same-owner --no-same-permissions
cd /build/source
# C in its crates asks for the time of day.
export SOURCE_DATE_EPOCH=315532800
# It runs for a fraction of a second; optimising it would take a minute.
export CARGO_PROFILE_RELEASE_OPT_LEVEL=0
cargo build --locked --release --bin "$program"
mkdir -p "$out/bin"
cp "/build/target/$rustTarget/release/$program" "$out/bin/"
if [ -n "$standalone" ]; then
  mkdir "$out/libexec"
  mv "$out/bin/$program" "$out/libexec/"
  {
    echo '#!/bin/sh'
    # shellcheck disable=SC2016 # for the script to expand
    echo '[ "$#" != 0 ] || set -- .'
    echo "exec $out/libexec/$program \"\$@\""
  } >"$out/bin/$program"
  chmod +x "$out/bin/$program"
fi
