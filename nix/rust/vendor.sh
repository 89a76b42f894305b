# Unpack crates into one folder, as cargo's directory sources want it: a crate's checksum goes beside its files.
# shellcheck shell=bash disable=SC2154
unpack() {
  folder=$(tar -xvzf "$1" -C "$out" --no-same-owner --no-same-permissions | sed -n '1s|/.*||p')
  read -r sum _ < <(sha256sum "$1")
  echo "{\"files\": {}, \"package\": \"$sum\"}" >"$out/$folder/.cargo-checksum.json"
}
export -f unpack
# shellcheck disable=SC2086,SC2016 # one argument a crate; the inner shell expands
printf '%s\n' $crates | xargs -n 1 -P "$NIX_BUILD_CORES" bash -euo pipefail -c 'unpack "$0"'
