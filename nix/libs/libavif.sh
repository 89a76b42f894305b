# shellcheck shell=bash disable=SC2154
# shellcheck source=nix/libs/helpers.sh
. "$helpers"
cmake_static . -DCMAKE_PREFIX_PATH="$prefix" -DAVIF_CODEC_AOM=SYSTEM -DAVIF_CODEC_DAV1D=SYSTEM -DAVIF_LIBSHARPYUV=SYSTEM \
  -DAVIF_LIBYUV=OFF
link_with avif aom dav1d sharpyuv m
