# shellcheck shell=bash disable=SC2154
cmake_static . -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_STANDARD=17 -Dprotobuf_BUILD_TESTS=OFF -DCMAKE_POLICY_VERSION_MINIMUM=3.5
# Its compiler, a program of the target's, runs through binfmt.
mkdir "$DESTDIR$prefix/lib/protobuf"
mv "$DESTDIR$prefix"/bin/protoc-* "$DESTDIR$prefix/lib/protobuf/protoc"
rm -f "$DESTDIR$prefix/lib/libprotoc.a"
