# First thing in an interactive build root: go where builds happen, and prepare the sources where the build has a
# separate step for that.
# shellcheck shell=bash disable=SC2154
cd /build || exit
out=/build/out
mkdir -p "$out"
export out
PS1='farwheel:\w\$ '
if [ -n "${prepare:-}" ]; then
  # shellcheck source=/dev/null
  . "$prepare"
fi
