"""What an ELF file says, as plain facts; a damaged or hostile one is refused in bounded time and memory.

Headers, segments and attributes are read by pyelftools through a stream that counts what is asked of it.
What the dynamic loader goes by is read as the loader does, see `dynamic`.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from mmap import mmap
from typing import TYPE_CHECKING, Any

from farwheel.verify import x86
from farwheel.verify.dynamic import Dynamic, DynamicError, Layout, read_dynamic
from farwheel.verify.finding import RefusedError

if TYPE_CHECKING:
    from elftools.elf.elffile import ELFFile
    from elftools.elf.sections import Section

MAGIC = b"\x7fELF"
# Whole programs have some 40 sections and 12 segments, and are read with some 1000 reads; but of a GNU hash
# table pyelftools reads each word, some five for a symbol.
_MAX_SECTIONS, _MAX_SEGMENTS = 2048, 256
_MAX_READS, _BYTES_A_READ = 200_000, 256
_EXECUTABLE_SECTION = 0x4
# The only ones whose System V hash tables consist of eight bytes each (of s390, in its 64-bit class).
_WIDE_HASHES = {"EM_S390", "EM_ALPHA"}


@dataclass(frozen=True)
class Segment:
    """A program header; `flags` are PF_X 1, PF_W 2, PF_R 4."""

    kind: str
    flags: int
    offset: int
    address: int
    size: int


@dataclass(frozen=True)
class Elf:
    """The facts of a file: `code` is where code lies (offset, size), `arch` is Tag_RISCV_arch.

    `levels` are the x86-64 levels that its notes ask for (`x86.needed`). Without a .riscv.attributes section
    `arch` is None, and `dynamic` is None for what is linked statically.
    """

    kind: str
    machine: str
    bits: int
    little: bool
    flags: int
    segments: tuple[Segment, ...]
    code: tuple[tuple[int, int], ...]
    arch: str | None
    levels: int
    dynamic: Dynamic | None


def read_elf(data: bytes | mmap) -> Elf:
    """All facts of an ELF file; RefusedError for one that cannot be read to its end."""
    from elftools.elf.elffile import ELFFile

    with _refusing():
        stream: Any = _Metered(data)
        file = ELFFile(stream)
        header = file.header
        _check_tables(file, len(data))
        segments = tuple(
            Segment(str(part["p_type"]), part["p_flags"], part["p_offset"], part["p_vaddr"], part["p_filesz"])
            for part in file.iter_segments()
        )
        for segment in segments:
            if segment.offset + segment.size > len(data) and segment.kind in {"PT_LOAD", "PT_DYNAMIC"}:
                raise DynamicError(f"its {segment.kind} segment reaches beyond its end")
        sections = list(file.iter_sections())
        layout = Layout(
            file.elfclass,
            file.little_endian,
            tuple((part.address, part.offset, part.size) for part in segments if part.kind == "PT_LOAD"),
            file.elfclass if header["e_machine"] in _WIDE_HASHES else 32,
        )
        # The last one, as the loader does; it has no size in a file of debug information.
        tables = [part.address for part in segments if part.kind == "PT_DYNAMIC" and part.size]
        return Elf(
            kind=str(header["e_type"]),
            machine=str(header["e_machine"]),
            bits=file.elfclass,
            little=file.little_endian,
            flags=header["e_flags"],
            segments=segments,
            code=tuple(_code(sections, segments, len(data))),
            arch=_arch(sections),
            levels=_levels(data, str(header["e_machine"]), segments),
            dynamic=read_dynamic(data, layout, tables[-1]) if tables else None,
        )


class _Metered:
    """A stream over bytes or a mapped file; whoever reads far more than there is goes in circles."""

    def __init__(self, data: bytes | mmap) -> None:
        self._data, self._place = data, 0
        self._reads, self._bytes = _MAX_READS + len(data) // _BYTES_A_READ, 4 * len(data) + (16 << 20)

    def read(self, size: int = -1) -> bytes:
        stop = len(self._data) if size < 0 else self._place + size
        found = bytes(self._data[self._place : stop])
        self._place += len(found)
        self._reads -= 1
        self._bytes -= len(found)
        if self._reads < 0 or self._bytes < 0:
            raise DynamicError("its tables go in circles")
        return found

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: len(self._data)}[whence]
        if base + offset < 0:
            raise DynamicError("an offset is negative")
        # Python's slices are slow and bytes objects large at offsets of 2^63.
        self._place = min(base + offset, len(self._data))
        return self._place

    def tell(self) -> int:
        return self._place


@contextmanager
def _refusing() -> Iterator[None]:
    from elftools.common.exceptions import ELFError

    # pyelftools checks little of what it reads, and lets through whatever Python makes of it.
    odd = (
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    )
    try:
        yield
    except DynamicError as error:
        raise RefusedError(str(error)) from None
    except (ELFError, *odd) as error:
        raise RefusedError(f"it is damaged ({str(error) or type(error).__name__})") from error


def _check_tables(file: "ELFFile", size: int) -> None:
    header = file.header
    for what, count, offset, each, most, least in (
        ("section", file.num_sections(), header["e_shoff"], header["e_shentsize"], _MAX_SECTIONS, 40),
        # 65,535 segments mean that the count is elsewhere, which no loader knows.
        (
            "program",
            max(file.num_segments(), header["e_phnum"]),
            header["e_phoff"],
            header["e_phentsize"],
            _MAX_SEGMENTS,
            32,
        ),
    ):
        if count > most:
            raise DynamicError(f"it has {count} {what} headers")
        if count and (offset + count * each > size or each < least):
            raise DynamicError(f"its {what} headers reach beyond its end")


def _code(sections: "list[Section]", segments: tuple[Segment, ...], size: int) -> Iterator[tuple[int, int]]:
    """Executable sections; without section headers, executable segments."""
    found = [
        (section["sh_offset"], section["sh_size"])
        for section in sections
        if section["sh_flags"] & _EXECUTABLE_SECTION and section["sh_type"] == "SHT_PROGBITS"
    ] or [(part.offset, part.size) for part in segments if part.kind == "PT_LOAD" and part.flags & 1]
    left = size
    for offset, length in found:
        left -= length
        if offset + length > size or left < 0:
            raise DynamicError("its code overlaps or reaches beyond its end")
        yield offset, length


def _levels(data: bytes | mmap, machine: str, segments: tuple[Segment, ...]) -> int:
    levels = 0
    if machine == "EM_X86_64":
        for part in segments:
            if part.kind in {"PT_NOTE", "PT_GNU_PROPERTY"}:
                levels |= x86.needed(bytes(data[part.offset : part.offset + min(part.size, x86.MAX_BYTES)]))
    return levels


def _arch(sections: "list[Section]") -> str | None:
    """Tag_RISCV_arch of .riscv.attributes; "" for a section without it."""
    from elftools.elf.sections import RISCVAttributesSection

    arch = None
    for section in sections:
        if isinstance(section, RISCVAttributesSection):
            arch = arch or ""
            for vendor in section.iter_subsections():
                for scope in vendor.iter_subsubsections():
                    for attribute in scope.iter_attributes("TAG_ARCH"):
                        arch = str(attribute.value)
    return arch
