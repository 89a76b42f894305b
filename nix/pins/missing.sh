# Nix runs this only when a pinned file is neither in the store nor in a cache: say how to get it.
# shellcheck shell=sh disable=SC2154 # the variables are the derivation's attributes
echo "error: $name is not in the Nix store (pin $registry:$path)." >&2
echo "       Fetch it with: tools/farwheel fetch TARGET, or, what no target needs: tools/farwheel fetch --pins" >&2
[ "$registry" = github ] || echo "       or let Nix fetch by itself: tools/farwheel mirrors --write" >&2
exit 1
