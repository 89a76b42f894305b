# shellcheck shell=bash disable=SC2154
cmake_static . -DFLATBUFFERS_BUILD_TESTS=OFF -DFLATBUFFERS_BUILD_FLATHASH=OFF -DCMAKE_POLICY_VERSION_MINIMUM=3.5
# Its compiler, a program of the target's, runs through binfmt.
mkdir "$DESTDIR$prefix/lib/flatbuffers"
mv "$DESTDIR$prefix/bin/flatc" "$DESTDIR$prefix/lib/flatbuffers/"
