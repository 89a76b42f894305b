"""What an x86-64 object says about the processors that it needs.

GNU_PROPERTY_X86_ISA_1_NEEDED in the notes of type NT_GNU_PROPERTY_TYPE_0 (x86-64 psABI, "Program Property";
Linux Extensions to gABI). Found through segments, as glibc's loader finds it, which refuses to load an
object whose levels the processor lacks.
"""

import struct

# Bit by bit; the first is what every x86-64 processor has.
LEVELS = ("baseline", "v2", "v3", "v4")
_NOTE, _PROPERTY = struct.Struct("<3I"), struct.Struct("<2I")
_TYPE_0, _ISA_1_NEEDED = 5, 0xC0008002
_WORD = 4
# Real ones have some 100 bytes.
MAX_BYTES = 1 << 16


def needed(notes: bytes) -> int:
    """The levels that a segment of notes asks for, as bits (1: baseline, 2: v2, ...); 0 when it says none.

    Whoever calls hands over no more than MAX_BYTES.
    """
    found, place, end = 0, 0, len(notes)
    while place + _NOTE.size <= end:
        name_size, size, kind = _NOTE.unpack_from(notes, place)
        content = _aligned(place + _NOTE.size + name_size)
        name = notes[place + _NOTE.size : place + _NOTE.size + name_size]
        place = _aligned(content + size)
        if (kind, name) == (_TYPE_0, b"GNU\0"):
            found |= _isa(notes[content : content + size])
    return found


def names(levels: int) -> list[str]:
    """What lies above the baseline: `x86-64-v2`, or the number of a level that nobody has defined."""
    bits = (bit for bit in range(1, levels.bit_length()) if levels >> bit & 1)
    return [f"x86-64-{LEVELS[bit]}" if bit < len(LEVELS) else f"level bit {bit}" for bit in bits]


def _isa(properties: bytes) -> int:
    found = place = 0
    while place + _PROPERTY.size <= len(properties):
        kind, size = _PROPERTY.unpack_from(properties, place)
        content = properties[place + _PROPERTY.size : place + _PROPERTY.size + size]
        if kind == _ISA_1_NEEDED and len(content) == size == _WORD:
            found |= int.from_bytes(content, "little")
        place = _aligned(place + _PROPERTY.size + size)
    return found


def _aligned(place: int) -> int:
    return (place + 7) & ~7
