# shellcheck shell=bash disable=SC2154
for wheel in $wheels; do python3 -m zipfile -e "$wheel" "$out"; done
