# shellcheck shell=bash
cmake_static . -DBUILD_CODEC=OFF
