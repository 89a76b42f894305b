#!/usr/bin/env bash
# Put all that the store holds into a binary cache, so that the next job need not build it: by default into the folder
# that the jobs of one run hand on to each other.
#
#   NIX_CACHE         the cache, as Nix spells it; s3://BUCKET goes through aws, since Debian's and Ubuntu's Nix knows no S3
#   NIX_CACHE_SECRET  the key to sign with; a cache that others read needs one
set -euo pipefail

nix=(nix --extra-experimental-features nix-command)
if [ -n "${NIX_CACHE_SECRET:-}" ]; then
  key=$(mktemp)
  trap 'rm -f "$key"' EXIT
  printf '%s\n' "$NIX_CACHE_SECRET" >"$key"
  "${nix[@]}" store sign --all --key-file "$key"
fi
if [[ ${NIX_CACHE:-} = s3://* ]]; then
  folder=$(mktemp -d)
  "${nix[@]}" copy --all --to "file://$folder?compression=zstd"
  # What is named last is there by then.
  aws s3 sync --size-only --exclude '*.narinfo' "$folder" "$NIX_CACHE"
  aws s3 sync --size-only "$folder" "$NIX_CACHE"
  rm -r "$folder"
  exit
fi
if [ -z "${NIX_CACHE:-}" ] && [ -d ~/nix-cache ] && [ "$(du -sm ~/nix-cache | cut -f1)" -gt 5000 ]; then
  # Nothing else ever takes anything out of the folder, and GitHub keeps 10 GB of such. What the derivations make that
  # were evaluated here stays: where a change builds little, the store has little of what later jobs need.
  made=$("${nix[@]}" path-info --all | sed -n '/\.drv$/p' | xargs -r nix-store --query --outputs |
    sed 's|.*/\([^-]*\)-.*|\1.narinfo|' | sort)
  (
    cd ~/nix-cache
    find . -name '*.narinfo' -printf '%f\n' | sort | comm -23 - <(printf '%s\n' "$made") | xargs -r rm
    urls=$(find . -name '*.narinfo' -exec sed -n 's/^URL: //p' {} + | sort)
    find nar -type f | sort | comm -23 - <(printf '%s\n' "$urls") | xargs -r rm
  )
fi
"${nix[@]}" copy --all --to "${NIX_CACHE:-file://$HOME/nix-cache?compression=zstd}"
