# shellcheck shell=bash disable=SC2154
make -C lib install-static install-includes install-pc PREFIX="$prefix" LIBDIR="$prefix/lib"
