"""No object makes memory writable and executable, and what need not be written is read-only.

Text relocations patch code at load time and are forbidden where SELinux or a hardened kernel decides. An
object without PT_GNU_STACK, or with an executable one, makes the stack of the whole process executable, and
new glibc refuses to dlopen it. PT_GNU_RELRO makes the tables of the loader read-only; full RELRO (BIND_NOW)
is a distribution's choice, hence a note.

Source: System V gABI (DT_TEXTREL, DF_TEXTREL), LSB Core (PT_GNU_STACK, PT_GNU_RELRO), glibc 2.41's release
notes (executable stacks).
"""

from collections.abc import Iterator

from farwheel.verify.elf import Elf
from farwheel.verify.finding import Finding, error, note
from farwheel.verify.wheel import Wheel

_X, _W = 1, 2


def check(wheel: Wheel) -> Iterator[Finding]:
    """Look at segments and flags of everything that is loaded."""
    lazy = []
    loaded = [(name, elf) for name, elf in wheel.elves if elf.kind in {"ET_DYN", "ET_EXEC"}]
    for name, elf in loaded:
        yield from _segments(name, elf)
        if elf.dynamic is not None:
            if elf.dynamic.textrel:
                yield error(name, "has text relocations")
            if not any(part.kind == "PT_GNU_RELRO" for part in elf.segments):
                yield error(name, "has no PT_GNU_RELRO")
            if not elf.dynamic.bind_now:
                lazy.append(name)
    if lazy:
        yield note(
            "", f"{len(lazy)} of {len(loaded)} objects have partial RELRO only (no BIND_NOW), as {lazy[0]}"
        )


def _segments(name: str, elf: Elf) -> Iterator[Finding]:
    stacks = [part for part in elf.segments if part.kind == "PT_GNU_STACK"]
    if not stacks:
        yield error(name, "has no PT_GNU_STACK, so its stack is executable")
    elif any(part.flags & _X for part in stacks):
        yield error(name, "wants an executable stack")
    if any(part.kind == "PT_LOAD" and part.flags & _X and part.flags & _W for part in elf.segments):
        yield error(name, "has a segment that is writable and executable")
