# shellcheck shell=bash disable=SC2154
mapfile -t files < <(find "$source" -name '*.nix')
[ "${#files[@]}" -gt 50 ] || { echo "error: only ${#files[@]} Nix files were found" >&2 && exit 1; }
if ! "$formatter/bin/nixfmt" --check "${files[@]}"; then
  echo "error: these files are not formatted; write them anew with: nix fmt" >&2
  exit 1
fi
echo "${#files[@]} files are formatted" >"$out/formatted"
