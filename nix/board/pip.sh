# A virtual environment for /opt/env that holds the pip which CPython brings along. Made by the native interpreter, for
# any architecture's: pip is pure, and bytecode is the same everywhere.
# shellcheck shell=bash disable=SC2154
# Bytecode then goes by its source's hash, not by a time that the store does not keep.
export SOURCE_DATE_EPOCH=315532800
"/opt/python/$abi/bin/python$short" -m venv /opt/env
cp -r /opt/env/. "$out/"
