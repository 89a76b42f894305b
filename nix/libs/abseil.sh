# shellcheck shell=bash disable=SC2154
cmake_static . -DCMAKE_CXX_STANDARD=20 -DABSL_PROPAGATE_CXX_STD=ON -DABSL_ENABLE_INSTALL=ON -DABSL_BUILD_TESTING=OFF
# Nobody knows its ninety archives by name: CMake's account of them is part of the library, in a place where it stays.
mkdir "$DESTDIR$prefix/lib/absl"
mv "$DESTDIR$prefix/lib/cmake/absl" "$DESTDIR$prefix/lib/absl/cmake"
