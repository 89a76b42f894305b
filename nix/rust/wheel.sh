# What the build of a wheel needs for its crates; the last step of nix/wheel/prepare.sh.
# shellcheck shell=bash disable=SC2154 source=/dev/null
. "$cargo"
[ -z "${bindgen:-}" ] || . "$bindgen"
[ -z "$ourLock" ] || cp "$ourLock" "/build/source/$cargoLock"
# By its versioned name, from which maturin knows all of an interpreter that it cannot run.
export MATURIN_PEP517_ARGS="--locked -i python$short"
# The same for backends that leave it to PyO3.
[ -z "$uname" ] || export PYO3_CROSS_PYTHON_VERSION=$short
# PKG_CONFIG_LIBDIR shows the target's libraries alone, so what pkg-config says is true of the target.
export PKG_CONFIG_ALLOW_CROSS=1
