# shellcheck shell=bash disable=SC2154
python3 -I -B "$program" "$sources" "$out" /build/git-crates
