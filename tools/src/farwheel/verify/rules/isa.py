"""Code runs on the baseline: rv64gc, LoongArch la64v1.0 with LSX, or x86-64 as it was in 2003.

A wheel that was built with the builder's own processor in mind dies elsewhere with SIGILL, and no tag says
so. For RISC-V Tag_RISCV_arch must be within rv64gc. A linker merges the attributes of all objects, so a
library with run-time dispatched vector kernels says `v`: the recipe allows such members by name, with its
reason. RISC-V code has instructions of several lengths and data in between, so it is not disassembled.
LoongArch has no attribute, but every instruction is 32 bits, so executable sections are searched for the
256-bit instructions (LASX). All of a section counts, not only what symbols name: hand-written kernels often
carry no size. On x86-64 the notes are read in which an object says that it needs x86-64-v2, v3 or v4, for
then glibc does not load it on less. Few objects have them, and instructions are not looked at: so much of
what is compiled for x86-64 chooses at run time that a search would find it everywhere. Of other architectures
nothing is judged.

Source: RISC-V psABI (Tag_RISCV_arch); the LoongArch reference manual, volume 1, and the toolchain conventions
(la64v1.0 includes LSX); `farwheel.verify.lasx` for the encodings; x86-64 psABI (levels, program properties).
"""

from collections.abc import Iterator

from farwheel.verify import lasx, riscv, x86
from farwheel.verify.elf import Elf
from farwheel.verify.finding import Finding, error, note
from farwheel.verify.wheel import Wheel


def check(wheel: Wheel) -> Iterator[Finding]:
    """Look at attributes, at the code, or at notes."""
    for name, elf in wheel.elves:
        if elf.machine == "EM_RISCV":
            yield from _riscv(name, elf)
        elif elf.machine == "EM_LOONGARCH" and elf.code:
            yield from _loongarch(wheel, name, elf)
        elif above := x86.names(elf.levels):
            yield error(name, f"says that it needs {' '.join(above)}, beyond x86-64")


def _riscv(name: str, elf: Elf) -> Iterator[Finding]:
    if not elf.arch:
        yield note(name, "has no Tag_RISCV_arch, so nothing says which processors it is for")
        return
    found = riscv.extensions(elf.arch)
    if found is None:
        yield error(name, f"has an arch string that is not of RV64: {elf.arch:.120}")
    elif found - riscv.BASELINE:
        yield error(name, f"may use {' '.join(sorted(found - riscv.BASELINE))} beyond rv64gc")


def _loongarch(wheel: Wheel, name: str, elf: Elf) -> Iterator[Finding]:
    data = wheel.content(name)
    found = words = first = 0
    for offset, size in elf.code:
        number, place = lasx.count(data, offset, size)
        first = first or place
        found += number
        words += size // 4
    if found:
        yield error(
            name, f"has LASX instructions: {found} of {words} words, the first at {first:#x} of the file"
        )
