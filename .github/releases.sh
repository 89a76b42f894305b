#!/usr/bin/env bash
# The releases whose assets the index's files are, one a project: numpy's is $RELEASE and its name.
#
#   releases.sh files             prints the names of all files that are there
#   releases.sh download FOLDER   gets the wheels and their attestations
#   releases.sh upload FOLDER     puts the files there that are not yet; nothing is ever replaced
set -euo pipefail

ours() {
  gh api --paginate "repos/$GH_REPO/releases?per_page=100" --jq ".[] | select(.tag_name | startswith(\"$RELEASE\")) | $1"
}

# As an index has it: a-b of a_B-1.0-...
project() {
  printf '%s' "${1%%-*}" | tr '[:upper:]' '[:lower:]' | sed 's/[_.]\+/-/g'
}

# The files of a folder whose names are on standard input.
put() {
  local file name tag paths
  local -A files=()
  while read -r file; do
    files[$(project "$file")]+="$1/$file "
  done
  for name in "${!files[@]}"; do
    tag=$RELEASE$name
    gh release view "$tag" >/dev/null 2>&1 ||
      gh release create "$tag" --title "$name" --notes "What the index names. Nothing here is ever replaced."
    read -ra paths <<<"${files[$name]}"
    gh release upload "$tag" "${paths[@]}"
  done
}

case "${1:-}" in
files)
  ours '.assets[].name'
  ;;
download)
  ours 'select(.assets | any(.name | endswith(".whl"))) | .tag_name' | while read -r tag; do
    gh release download "$tag" --dir "$2" --pattern '*.whl' --pattern '*.provenance' </dev/null
  done
  ;;
upload)
  new=$(find "$2" -type f -printf '%f\n' | LC_ALL=C sort | LC_ALL=C comm -13 <(ours '.assets[].name' | LC_ALL=C sort) -)
  # Attestations first: a wheel that is there is not built again.
  sed -n '/\.provenance$/p' <<<"$new" | put "$2"
  sed -n '/./{/\.provenance$/!p}' <<<"$new" | put "$2"
  ;;
*)
  sed -n '2,6s/^# \?//p' "$0" >&2
  exit 2
  ;;
esac
