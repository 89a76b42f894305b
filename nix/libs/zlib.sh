# shellcheck shell=bash
./configure --static --prefix="$prefix"
make install
