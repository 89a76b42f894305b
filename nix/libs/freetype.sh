# shellcheck shell=bash disable=SC2154
# shellcheck source=nix/libs/helpers.sh
. "$helpers"
# HarfBuzz and FreeType use each other. Here its headers are enough, since nothing is linked; who links FreeType names both.
mkdir /build/harfbuzz
tar -xf "$harfbuzz" -C /build/harfbuzz --strip-components=1 --no-same-owner
cmake_static . -DCMAKE_PREFIX_PATH="$prefix" -DFT_REQUIRE_ZLIB=ON -DFT_REQUIRE_PNG=ON -DFT_REQUIRE_BROTLI=ON \
  -DFT_DISABLE_BZIP2=ON -DFT_REQUIRE_HARFBUZZ=ON -DFT_DYNAMIC_HARFBUZZ=OFF \
  -DHarfBuzz_INCLUDE_DIR=/build/harfbuzz/src -DHarfBuzz_LIBRARY=harfbuzz
link_with freetype png16 brotlidec brotlicommon z m
# pkg-config would ask for HarfBuzz's own file, which comes later.
sed -i '/^Requires/d; /private:/d' "$DESTDIR$prefix/lib/pkgconfig/freetype2.pc"
