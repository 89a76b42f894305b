# shellcheck shell=bash disable=SC2154 source=/dev/null
. "$cargo"
mkdir -p /build/greedy/src
cd /build/greedy
touch src/lib.rs
cp "$buildScript" build.rs
printf '[package]\nname = "greedy"\nversion = "1.2.3"\nedition = "2021"\n' >Cargo.toml
SECONDS=0
if timeout 60 cargo build 2>&1 | tee said; then
  echo "error: the build of a crate that wants the network has succeeded" >&2
  exit 1
fi
grep -q 'failed to run custom build command for `greedy v1.2.3' said
grep -q 'os error 101' said # ENETUNREACH, not a time-out
[ "$SECONDS" -lt 30 ]
cp said "$out/"
