# shellcheck shell=bash disable=SC2154
# shellcheck source=nix/libs/helpers.sh
. "$helpers"
configure_static --enable-libwebpmux --enable-libwebpdemux \
  --disable-gl --disable-sdl --disable-png --disable-jpeg --disable-tiff --disable-gif --disable-wic
make install
link_with webp sharpyuv m
link_with webpmux webp
link_with webpdemux webp
