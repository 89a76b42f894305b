# shellcheck shell=bash disable=SC2154
python3 "$collect" "$out/licenses" "$components"
python3 -I -B "$carriedCrates" "$std/made" /build "$out"
