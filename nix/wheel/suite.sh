# The files of a sdist that its tests consist of, and nothing else: its package must not be found instead of the wheel's.
# shellcheck shell=bash disable=SC2154,SC2086 # several files
mkdir whole
tar -xf "$sdist" -C whole --strip-components=1 --no-same-owner --no-same-permissions
cd whole
cp -r --parents $files "$out/"
