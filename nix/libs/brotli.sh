# shellcheck shell=bash
# GCC for LoongArch has the attribute too, but not this model.
sed -i 's/__attribute__((model(M)))//' c/common/platform.h
cmake_static . -DBROTLI_DISABLE_TESTS=ON -DBROTLI_BUILD_TOOLS=OFF
