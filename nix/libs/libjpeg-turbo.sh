# shellcheck shell=bash
# Its SIMD code is for other architectures.
cmake_static . -DENABLE_SHARED=OFF -DWITH_TURBOJPEG=OFF -DWITH_TOOLS=OFF -DWITH_TESTS=OFF -DWITH_SIMD=OFF
