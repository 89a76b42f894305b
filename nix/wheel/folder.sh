# shellcheck shell=bash disable=SC2154
for folder in $wheels; do
  for wheel in "$folder"/*.whl; do ln -sf "$wheel" "$out/"; done
done
