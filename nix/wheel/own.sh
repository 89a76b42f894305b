# A recipe's own test, beside the files of the sdist that it reads.
# shellcheck shell=bash disable=SC2154
[ -z "$upstreams" ] || cp -r "$upstreams/." "$out/"
chmod u+w "$out"
cp "$own" "$out/test_own.py"
