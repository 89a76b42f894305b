# shellcheck shell=bash disable=SC2086 # several wheels
PYTHONPATH=$tools python3 "$program" "$out" "$abi" "$short" $wheels
cp "$disguise" "$out/lib/python$short/site-packages/sitecustomize.py"
