# shellcheck shell=bash
cmake_static . -DBUILD_TESTING=OFF -DCMAKE_POLICY_VERSION_MINIMUM=3.5
