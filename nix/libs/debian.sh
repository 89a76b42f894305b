# The patches that Debian has put on a release since, most of them for advisories.
# shellcheck shell=bash disable=SC2154

# debian_patches PATTERN...: all of the series but those with such names, which are about Debian's own building, programs
# and manual pages. A pattern that is for none of them has gone stale, or was never right.
debian_patches() {
  mkdir ../debian
  tar -xf "$patches" -C ../debian --strip-components=1 --no-same-owner
  local name pattern
  local -A used
  while read -r name; do
    for pattern in "$@"; do
      # shellcheck disable=SC2053 # a pattern
      if [[ $name == $pattern ]]; then
        used[$pattern]=1
        continue 2
      fi
    done
    patch -p1 <"../debian/patches/$name"
  done < <(grep -v '^#' ../debian/patches/series)
  for pattern in "$@"; do
    [ -n "${used[$pattern]:-}" ] || {
      echo "error: Debian has no patch $pattern" >&2
      exit 1
    }
  done
}
