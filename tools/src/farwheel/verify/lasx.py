"""Which LoongArch instructions are LASX (256 bits wide).

Instructions are words of 32 bits. These are the blocks of the opcode space in which all LASX instructions
lie and no other does; a word in them that is no instruction at all stops every processor, so it counts too.
Derived from GNU binutils 2.44 by disassembling all 4,194,304 values of the upper 22 bits, and once more
with random lower bits: 735 mnemonics with `xv`.
"""

import sys
from array import array
from mmap import mmap

_PIECE = 1 << 20
_FACTS = (
    (0xFF000000, 0x0A000000),  # xvfmadd, xvfmsub, xvfnmadd, xvfnmsub
    (0xFF800000, 0x0C800000),  # xvfcmp
    (0xFFE00000, 0x0D200000),  # xvbitsel
    (0xFFE00000, 0x0D600000),  # xvshuf.b
    (0xFF800000, 0x2C800000),  # xvld, xvst
    (0xFE000000, 0x32000000),  # xvldrepl, xvstelm
    (0xFFF80000, 0x38480000),  # xvldx, xvstx
    (0xFC000000, 0x74000000),  # all others
)


def is_lasx(word: int) -> bool:
    """Whether an instruction word is one of LASX."""
    return any(word & mask == value for mask, value in _FACTS)


def count(code: bytes | mmap, offset: int, size: int) -> tuple[int, int]:
    """How many LASX instructions little-endian code has, and where the first is; (0, 0) for none."""
    found = first = 0
    # In pieces, since each word becomes an object of Python's.
    for place in range(offset, offset + size, _PIECE):
        piece = code[place : min(place + _PIECE, offset + size)]
        words = array("I", piece[: len(piece) // 4 * 4])
        if sys.byteorder == "big":
            words.byteswap()
        bad = {word for word in set(words) if is_lasx(word)}
        if bad:
            first = first or place + 4 * next(index for index, word in enumerate(words) if word in bad)
            found += sum(word in bad for word in words)
    return found, first
