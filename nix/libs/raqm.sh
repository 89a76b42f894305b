# shellcheck shell=bash disable=SC2154
# shellcheck source=nix/libs/helpers.sh
. "$helpers"
meson_static -Dsheenbidi=true -Dtests=false
link_with raqm harfbuzz freetype SheenBidi
