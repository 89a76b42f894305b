# shellcheck shell=bash disable=SC2154
x86_64-linux-gnu-gcc -O2 -Wall -Werror -shared -fPIC -o "$out/vary.so" "$source"
