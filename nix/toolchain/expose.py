"""Make hidden symbols of 64-bit little-endian ELF objects visible: expose.py FILE.o...

libgcc's static archives hide every symbol, so that they cannot be exported from a shared library made of
them.
Only the visibility bits of st_other change (ELF gABI, "Symbol Visibility").
"""

import struct
import sys
from pathlib import Path

SHT_SYMTAB = 2
SYMBOL_SIZE = 24
ST_OTHER = 5
VISIBILITY = 0x3


def expose(data: bytearray) -> int:
    """Clear the visibility bits of every symbol in place; returns how many changed."""
    (table,) = struct.unpack_from("<Q", data, 0x28)
    entry_size, count = struct.unpack_from("<HH", data, 0x3A)
    changed = 0
    for index in range(count):
        header = table + index * entry_size
        (kind,) = struct.unpack_from("<I", data, header + 4)
        if kind != SHT_SYMTAB:
            continue
        offset, size = struct.unpack_from("<QQ", data, header + 24)
        for symbol in range(offset, offset + size, SYMBOL_SIZE):
            if data[symbol + ST_OTHER] & VISIBILITY:
                data[symbol + ST_OTHER] &= ~VISIBILITY & 0xFF
                changed += 1
    return changed


for name in sys.argv[1:]:
    path = Path(name)
    content = bytearray(path.read_bytes())
    if expose(content):
        path.write_bytes(content)
