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

# An upload that broke off leaves an asset that holds nothing, and whose name is taken.
whole='.assets[] | select(.state == "uploaded")'

# The files of a folder whose names are on standard input.
put() {
  local file name tag paths broken
  local -A files=()
  while read -r file; do
    files[$(project "$file")]+="$1/$file "
  done
  broken=$(ours '.tag_name + " " + (.assets[] | select(.state != "uploaded") | .name)')
  for name in "${!files[@]}"; do
    tag=$RELEASE$name
    gh release view "$tag" >/dev/null 2>&1 ||
      gh release create "$tag" --title "$name" --notes "What the index names. Nothing here is ever replaced."
    sed -n "s/^$tag //p" <<<"$broken" | while read -r file; do
      gh release delete-asset "$tag" "$file" --yes </dev/null
    done
    read -ra paths <<<"${files[$name]}"
    gh release upload "$tag" "${paths[@]}"
    # GitHub asks for a second between writes, and refuses more than eighty a minute.
    sleep "${#paths[@]}"
  done
}

case "${1:-}" in
files)
  ours "$whole | .name"
  ;;
download)
  # As pip gets them: through the API each file would count, and a workflow's token has a thousand requests an hour.
  mkdir -p "$2"
  urls=$(ours "$whole | select(.name | endswith(\".whl\") or endswith(\".provenance\")) | \"url = \\(.browser_download_url)\"")
  cd "$2"
  [ -z "$urls" ] || curl --fail --location --no-progress-meter --parallel --retry 5 --remote-name-all --config - <<<"$urls"
  ;;
upload)
  # By itself: of a listing that failed inside of another command nobody would hear, and all would seem to be new.
  there=$(ours "$whole | .name" | LC_ALL=C sort)
  new=$(find "$2" -type f -printf '%f\n' | LC_ALL=C sort | LC_ALL=C comm -13 <(printf '%s\n' "$there") -)
  # Attestations first: a wheel that is there is not built again.
  sed -n '/\.provenance$/p' <<<"$new" | put "$2"
  sed -n '/./{/\.provenance$/!p}' <<<"$new" | put "$2"
  ;;
*)
  sed -n '2,6s/^# \?//p' "$0" >&2
  exit 2
  ;;
esac
