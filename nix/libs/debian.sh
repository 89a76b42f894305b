# The patches that Debian has put on a release since, most of them for advisories.
# shellcheck shell=bash disable=SC2154

# debian_patches PATTERN: all of the series but those that the pattern (of `case`, extended) names: what is about
# Debian's own building, programs and manual pages.
debian_patches() {
  mkdir /build/debian
  tar -xf "$patches" -C /build/debian --strip-components=1 --no-same-owner
  shopt -s extglob
  local name
  while read -r name; do
    # shellcheck disable=SC2254 # a pattern
    case $name in
      $1) ;;
      *) patch -p1 <"/build/debian/patches/$name" ;;
    esac
  done < <(grep -v '^#' /build/debian/patches/series)
}
