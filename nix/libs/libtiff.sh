# shellcheck shell=bash disable=SC2154
# shellcheck source=nix/libs/helpers.sh
. "$helpers"
cmake_static . -DCMAKE_PREFIX_PATH="$prefix" -Dtiff-tools=OFF -Dtiff-tests=OFF -Dtiff-contrib=OFF -Dtiff-docs=OFF \
  -Dtiff-cxx=OFF -Djpeg=ON -Dzlib=ON -Dlzma=ON -Dzstd=ON -Dwebp=OFF -Djbig=OFF -Dlerc=OFF -Dlibdeflate=OFF
link_with tiff jpeg lzma zstd z m
