"""What the dynamic loader reads: the dynamic table, needed libraries, symbol versions and symbols.

Found through addresses, as the loader finds them (System V gABI chapter 5; GNU symbol versions as in the
LSB Core, 10.7), never through section headers, which nothing at run time looks at and which may say
something else. So do sizes and counts that glibc's loader does not go by: it reads tables to the entry that
ends them, and of two entries with one tag it takes the last. All lists are bounded.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import repeat
from mmap import mmap

_MAX_SYMBOLS = 4_000_000
_MAX_TAGS = 512
_MAX_PATHS = 64
_MAX_VERSIONS = 65_536
_NULL, _NEEDED, _HASH, _STRTAB, _SYMTAB, _STRSZ, _RPATH = 0, 1, 4, 5, 6, 10, 15
_RELA, _RELASZ, _REL, _RELSZ, _PLTRELSZ, _PLTREL, _JMPREL = 7, 8, 17, 18, 2, 20, 23
_TEXTREL, _BIND_NOW, _RUNPATH, _FLAGS, _GNU_HASH, _FLAGS_1 = 22, 24, 29, 30, 0x6FFFFEF5, 0x6FFFFFFB
_VERSYM, _VERNEED = 0x6FFFFFF0, 0x6FFFFFFE
# The numbers of DT_VERSYM that are no versions: local and global; the highest bit hides a symbol.
_UNVERSIONED, _HIDDEN = (0, 1), 0x8000
_DF_TEXTREL, _DF_BIND_NOW, _DF_1_NOW = 0x4, 0x8, 0x1
_WEAK = 2
_ELF64 = 64


class DynamicError(Exception):
    """The file cannot be read; the message says why."""


@dataclass(frozen=True)
class Layout:
    """The class of a file, its byte order, and what its PT_LOADs map: (address, offset, size).

    `hash_bits` is the size of a word in System V's hash table, which is no other on most machines.
    """

    bits: int
    little: bool
    loads: tuple[tuple[int, int, int], ...]
    hash_bits: int = 32

    def format(self, wide: str, narrow: str) -> struct.Struct:
        """A structure in the file's class and byte order, unaligned."""
        return struct.Struct(("<" if self.little else ">") + (wide if self.bits == _ELF64 else narrow))

    def offset(self, address: int) -> int:
        """Where in the file the byte lies that is loaded at an address."""
        return self.extent(address)[0]

    def extent(self, address: int) -> tuple[int, int]:
        """The same, and where in the file ends what is loaded along with it."""
        for start, offset, size in self.loads:
            if start <= address < start + size:
                return offset + address - start, offset + size
        raise DynamicError("its dynamic table points outside of what is loaded")


@dataclass(frozen=True)
class Dynamic:
    """Needed libraries, run paths, versions asked for by library, and names of symbols.

    `undefined` are all symbols that must be found; a weak reference may find nothing, and its code asks.
    `unversioned` are those of them that name no version, and so no library.
    """

    needed: tuple[str, ...]
    rpath: tuple[str, ...]
    runpath: tuple[str, ...]
    versions: dict[str, frozenset[str]]
    defined: frozenset[str]
    undefined: frozenset[str]
    unversioned: frozenset[str]
    textrel: bool
    bind_now: bool


def read_dynamic(data: bytes | mmap, layout: Layout, address: int) -> Dynamic:
    """The dynamic table at an address; DynamicError when it, or what it points to, cannot be read."""
    pair = layout.format("qQ", "iI")
    tags: dict[int, list[int]] = {}
    offset, end = layout.extent(address)
    for count, place in enumerate(range(offset, end - pair.size + 1, pair.size)):
        tag, value = pair.unpack_from(data, place)
        if tag == _NULL:
            break
        if count > _MAX_TAGS:
            raise DynamicError(f"its dynamic table has more than {_MAX_TAGS} entries")
        tags.setdefault(tag, []).append(value)
    last = {tag: values[-1] for tag, values in tags.items()}
    strings = _Strings(b"")
    if _STRTAB in last:
        start = layout.offset(last[_STRTAB])
        strings = _Strings(_piece(data, start, last.get(_STRSZ, 0)))
    flags = (last.get(_FLAGS, 0), last.get(_FLAGS_1, 0))
    defined, undefined, unversioned = _symbols(data, layout, last, strings)
    return Dynamic(
        needed=tuple(strings.at(value) for value in tags.get(_NEEDED, ())),
        rpath=_paths(tags.get(_RPATH, []), strings),
        runpath=_paths(tags.get(_RUNPATH, []), strings),
        versions=_versions(data, layout, last, strings),
        defined=defined,
        undefined=undefined,
        unversioned=unversioned,
        textrel=_TEXTREL in last or bool(flags[0] & _DF_TEXTREL),
        bind_now=_BIND_NOW in last or bool(flags[0] & _DF_BIND_NOW or flags[1] & _DF_1_NOW),
    )


def _paths(values: list[int], strings: "_Strings") -> tuple[str, ...]:
    found = tuple(part for value in values for part in strings.at(value).split(":", _MAX_PATHS))
    if len(found) > _MAX_PATHS:
        raise DynamicError(f"it has more than {_MAX_PATHS} run paths")
    return found


class _Strings:
    """A string table; names may overlap in it, so what is taken out of it has a bound."""

    def __init__(self, table: bytes) -> None:
        self._table, self._left = table, 4 * len(table) + (1 << 20)

    def raw(self, place: int) -> bytes:
        stop = self._table.find(b"\0", place)
        if place >= len(self._table) or stop < 0:
            raise DynamicError("a name lies outside of its string table")
        self._left -= stop - place
        if self._left < 0:
            raise DynamicError("its names overlap beyond reason")
        return self._table[place:stop]

    def at(self, place: int) -> str:
        return self.raw(place).decode("utf-8", "backslashreplace")


def _piece(data: bytes | mmap, start: int, size: int) -> bytes:
    if start + size > len(data):
        raise DynamicError("a table reaches beyond its end")
    return bytes(data[start : start + size])


def _versions(
    data: bytes | mmap, layout: Layout, tags: dict[int, int], strings: _Strings
) -> dict[str, frozenset[str]]:
    """DT_VERNEED: a list of libraries, each with a list of versions; both go on until a step is 0."""
    if _VERNEED not in tags:
        return {}
    library, version = layout.format("HHIII", "HHIII"), layout.format("IHHII", "IHHII")
    found: dict[str, set[str]] = {}
    place, left, following = layout.offset(tags[_VERNEED]), _MAX_VERSIONS, 1
    while following:
        _, _, name, inner, following = library.unpack(_piece(data, place, library.size))
        names = found.setdefault(strings.at(name), set())
        inner, step = place + inner, 1
        while step:
            left -= 1
            if left < 0:
                raise DynamicError("its symbol versions go in circles")
            _, _, _, text, step = version.unpack(_piece(data, inner, version.size))
            names.add(strings.at(text))
            inner += step
        place += following
    return {name: frozenset(names) for name, names in found.items()}


def _symbols(
    data: bytes | mmap, layout: Layout, tags: dict[int, int], strings: _Strings
) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    if _SYMTAB not in tags:
        return frozenset(), frozenset(), frozenset()
    # name, info, other, section, value, size; the narrow class has them in another order.
    wide = layout.bits == _ELF64
    entry = layout.format("IBBHQQ", "IIIBBH")
    count = _count(data, layout, tags)
    if count > _MAX_SYMBOLS:
        raise DynamicError(f"it has {count} dynamic symbols")
    table = _piece(data, layout.offset(tags[_SYMTAB]), count * entry.size)
    versions = _numbers(data, layout, tags, count)
    defined, undefined, unversioned = set(), set(), set()
    for fields, version in zip(entry.iter_unpack(table), versions, strict=True):
        if not fields[0]:
            continue
        name, info, section = strings.at(fields[0]), fields[1 if wide else 3], fields[3 if wide else 5]
        if section:
            defined.add(name)
        elif info >> 4 != _WEAK:
            undefined.add(name)
            if version & ~_HIDDEN in _UNVERSIONED:
                unversioned.add(name)
    return frozenset(defined), frozenset(undefined), frozenset(unversioned)


def _numbers(data: bytes | mmap, layout: Layout, tags: dict[int, int], count: int) -> Iterable[int]:
    """DT_VERSYM: the number of each symbol's version."""
    if _VERSYM not in tags:
        return repeat(0, count)
    number = layout.format("H", "H")
    table = _piece(data, layout.offset(tags[_VERSYM]), count * number.size)
    return (row[0] for row in number.iter_unpack(table))


def _count(data: bytes | mmap, layout: Layout, tags: dict[int, int]) -> int:
    """How many symbols the loader can come to, through its hash tables or through relocations.

    Of what is not defined GNU's table says nothing.
    """
    return max(_hashed(data, layout, tags), _relocated(data, layout, tags))


def _relocated(data: bytes | mmap, layout: Layout, tags: dict[int, int]) -> int:
    """The number after that of the last symbol which a relocation names."""
    entries = {_RELA: layout.format("QQq", "IIi"), _REL: layout.format("QQ", "II")}
    shift, last = 32 if layout.bits == _ELF64 else 8, -1
    for place, size, kind in (
        (_RELA, _RELASZ, _RELA),
        (_REL, _RELSZ, _REL),
        (_JMPREL, _PLTRELSZ, tags.get(_PLTREL)),
    ):
        if place in tags and tags.get(size) and kind in entries:
            entry = entries[kind]
            whole = tags[size] // entry.size * entry.size
            table = _piece(data, layout.offset(tags[place]), whole)
            last = max(last, *(row[1] >> shift for row in entry.iter_unpack(table)))
    return last + 1


def _hashed(data: bytes | mmap, layout: Layout, tags: dict[int, int]) -> int:
    word = layout.format("I", "I")
    # Where there are both, loaders look into GNU's alone.
    if _GNU_HASH not in tags:
        if _HASH not in tags:
            return 0
        wide = layout.format("Q", "Q") if layout.hash_bits == _ELF64 else word
        (chains,) = wide.unpack(_piece(data, layout.offset(tags[_HASH]) + wide.size, wide.size))
        return int(chains)
    head = layout.format("4I", "4I")
    start = layout.offset(tags[_GNU_HASH])
    buckets, first, blooms, _ = head.unpack(_piece(data, start, head.size))
    place = start + head.size + blooms * layout.bits // 8
    last = max((row[0] for row in word.iter_unpack(_piece(data, place, buckets * word.size))), default=0)
    if last < first:
        return int(first)
    # The chain of the last bucket ends with an odd number.
    chain = place + buckets * word.size + (last - first) * word.size
    rest = bytes(data[chain : chain + _MAX_SYMBOLS * word.size])
    for count, (value,) in enumerate(word.iter_unpack(rest[: len(rest) // word.size * word.size]), 1):
        if value & 1:
            return int(last) + count
    raise DynamicError("its hash table does not end")
