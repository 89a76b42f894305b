# Build one wheel from one sdist, repair it, check its tag.
# shellcheck shell=bash disable=SC2154 source=/dev/null
[ -z "${vary:-}" ] || . "$vary"
. "$prepare"

/usr/bin/python3 -I -B "$hook" "$tools" /build/source /build/dist "$settings"

case $(echo /build/dist/*.whl) in
  *-none-any.whl)
    if [ -z "$pure" ]; then
      echo "error: $(basename /build/dist/*.whl) holds no compiled code: an optional extension failed quietly?" >&2
      echo "       Its compiler messages are above. Where that is right: pure = true; in pkgs/$package/default.nix" >&2
      exit 1
    fi
    mv /build/dist /build/repaired
    ;;
  *)
    unset _PYTHON_HOST_PLATFORM _PYTHON_SYSCONFIGDATA_NAME FARWHEEL_MACHINE
    # auditwheel calls `strip`, which must be the target's.
    export PATH=/usr/lib/farwheel/$triplet/bin:/usr/bin:/usr/sbin PYTHONPATH=$tools
    repair() {
      python3 "$repair" "$arch" repair --strip --plat "$1" --only-plat --ldpaths "/usr/$triplet/lib" \
        -w /build/repaired /build/dist/*.whl
    }
    if ! repair "$platformTag"; then
      repair auto && python3 "$blame" "$platformTag" /build/repaired/*.whl
      exit 1
    fi
    if [ -n "${rust:-}" ]; then
      python3 -I -B "$carriedCrates" "/build/target/$rustTarget" "/build/source/${cargoLock%Cargo.lock}" /build/carried
      carries="$carries /build/carried"
    fi
    # shellcheck disable=SC2086 # several
    python3 "$embed" /build/repaired/*.whl /build/dist/*.whl $carries
    ;;
esac
[ -z "${buildTag:-}" ] || python3 "$buildTagger" "$buildTag" /build/repaired/*.whl
python3 -I -B "$canonical" "$SOURCE_DATE_EPOCH" "$out" /build/repaired/*.whl
