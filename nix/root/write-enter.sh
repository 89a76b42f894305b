# Write $out, a program that opens a shell where the derivation of the same attributes would build.
# shellcheck shell=sh disable=SC2016 # most of the text is to be expanded when the program runs
set -eu
bb=$seed/bin/busybox
{
  echo "#!$bb sh"
  echo 'if [ -z "${FARWHEEL_ENTER:-}" ]; then'
  # The caller's own settings (CFLAGS, PYTHONPATH, ...) must not change what is found out in there.
  echo "  exec $bb env -i FARWHEEL_ENTER=1 TERM=\"\${TERM:-dumb}\" $bb sh \"\$0\" \"\$@\""
  echo 'fi'
  for name in $names; do
    eval "value=\$$name"
    printf "export %s='%s'\n" "$name" "$(printf '%s' "$value" | "$bb" sed "s/'/'\\\\''/g")"
  done
  echo "bb=$bb"
  echo 'top=${1:-/tmp/farwheel-enter.$$}; shift 2>/dev/null || true'
  echo '"$bb" mkdir -p "$top"; top=$("$bb" realpath "$top"); export top'
  echo 'export NIX_BUILD_CORES=$("$bb" nproc) out=""'
  echo 'echo "Work folder: $top/build (in here: /build). \$script holds the build script; leave with exit." >&2'
  echo 'if [ $# = 0 ]; then set -- /bin/bash --rcfile "$rc" -i; else set -- /bin/bash -c ". \"\$rc\"; exec \"\$@\"" enter "$@"; fi'
  echo "exec $bb sh $enter \"\$@\""
} >"$out"
"$bb" chmod 755 "$out"
