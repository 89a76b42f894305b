# Compile the probe, then insist that it needs nothing above the floor and holds no path of a build.
# shellcheck shell=bash disable=SC2154 source=/dev/null
. "$cargo"
/opt/rust/bin/rustc --target "$rustTarget" -C linker="$triplet-gcc" -O --remap-path-prefix="$probe=probe.rs" \
  -o "$out/probe" "$probe"
cd "$out"
highest=$("$triplet-readelf" -V probe | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -uV | tail -n 1)
echo "probe: GLIBC_$highest, needs:" "$("$triplet-readelf" -d probe | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | tr '\n' ' ')"
if [ "$(printf '%s\n' "$highest" "$glibc" | sort -V | tail -n 1)" != "$glibc" ]; then
  echo "error: Rust's standard library needs GLIBC_$highest, above the floor $glibc" >&2
  exit 1
fi
for file in probe "/opt/rust/lib/rustlib/$rustTarget/lib/"*.rlib; do
  # Documentation, which metadata hold, may speak of folders that are called build.
  if grep -aoE '/(build/(library|target|cargo)|opt/crates|nix/store)/[[:print:]]{1,60}' "$file"; then
    echo "error: $file holds a path of a build" >&2
    exit 1
  fi
done
