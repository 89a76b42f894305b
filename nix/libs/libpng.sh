# shellcheck shell=bash disable=SC2154
# shellcheck source=nix/libs/helpers.sh
. "$helpers"
configure_static --disable-tests --disable-tools
make install
link_with png16 z m
