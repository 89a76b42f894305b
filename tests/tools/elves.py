"""Small ELF files, made by hand: what the dynamic loader reads is there, code need not run."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

RV64GC = "rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0_zifencei2p0_zmmul1p0_zaamo1p0_zalrsc1p0_zca1p0_zcd1p0"
_MACHINES = {"riscv64": (243, 0x5), "loongarch64": (258, 0x43), "x86_64": (62, 0), "s390x": (22, 0)}
_LOAD, _DYNAMIC, _NOTE, _STACK, _RELRO = 1, 2, 4, 0x6474E551, 0x6474E552


@dataclass
class Elf:
    """A shared object; `bytes(Elf(...))` is the file. Flags of the stack: None leaves PT_GNU_STACK out."""

    architecture: str = "riscv64"
    needed: Sequence[str] = ("libc.so.6",)
    runpath: str | None = None
    rpath: str | None = None
    versions: Mapping[str, Sequence[str]] = field(default_factory=lambda: {"libc.so.6": ["GLIBC_2.27"]})
    defined: Sequence[str] = ("PyInit_fast",)
    undefined: Sequence[str] = ("PyModule_Create2",)
    # Of those that are undefined, what is of the first of the versions.
    versioned: Sequence[str] = ()
    weak: Sequence[str] = ()
    arch: str | None = RV64GC
    code: bytes = bytes(16)
    data: bytes = b""
    notes: bytes = b""
    flags: int | None = None
    stack: int | None = 6
    load: int = 5
    relro: bool = True
    textrel: bool = False
    bind_now: bool = True
    kind: int = 3
    bits: int = 64
    # Instead of System V's hash table, GNU ld's of a library that defines nothing, and relocations.
    gnu_hash: bool = False
    sections: bool = True

    def __bytes__(self) -> bytes:
        """Header, program headers, tables, section headers."""
        body = bytearray(64 + 5 * 56)
        strings, place = _Strings(), {}

        def put(name: str, content: bytes) -> None:
            body.extend(bytes(-len(body) % 8))
            place[name] = (len(body), len(content))
            body.extend(content)

        put("symbols", self._symbols(strings))
        count = 1 + len(self.defined) + len(self.undefined) + len(self.weak)
        words = [1, count, 0, *[0] * count]
        put("hash", struct.pack(f"<{len(words)}{'Q' if self.architecture == 's390x' else 'I'}", *words))
        put("gnu_hash", struct.pack("<4IQI", 1, 1, 1, 0, 0, 0))
        put("relocations", b"".join(struct.pack("<QQq", 0, n << 32 | 2, 0) for n in range(1, count)))
        put("versions", self._versions(strings))
        numbers = [
            2 if name in self.versioned else 1 for name in (*self.defined, *self.undefined, *self.weak)
        ]
        put("numbers", struct.pack(f"<{count}H", 0, *numbers))
        tags = [(1, strings.at(name)) for name in self.needed]
        tags += [
            (tag, strings.at(text))
            for tag, text in ((15, self.rpath), (29, self.runpath))
            if text is not None
        ]
        tags += [(22, 0)] * self.textrel + [(30, 8)] * self.bind_now
        put("strings", bytes(strings.table))
        tags += [
            (5, place["strings"][0]),
            (10, place["strings"][1]),
            (6, place["symbols"][0]),
            (0x6FFFFFF0, place["numbers"][0]),
        ]
        if self.gnu_hash:
            tags += [
                (0x6FFFFEF5, place["gnu_hash"][0]),
                (7, place["relocations"][0]),
                (8, place["relocations"][1]),
            ]
        else:
            tags += [(4, place["hash"][0])]
        if self.versions:
            tags += [(0x6FFFFFFE, place["versions"][0]), (0x6FFFFFFF, len(self.versions))]
        put("dynamic", b"".join(struct.pack("<qQ", *tag) for tag in [*tags, (0, 0)]))
        put("code", self.code)
        put("attributes", b"" if self.arch is None else attributes(self.arch))
        put("data", self.data)
        put("notes", self.notes)
        put("names", b"\0.text\0.riscv.attributes\0.names\0")
        headers = self._sections(place) if self.sections else b""
        put("sections", headers)
        programs = self._programs(place, len(body))
        body[64 : 64 + len(programs)] = programs
        machine, flags = _MACHINES[self.architecture]
        body[:64] = struct.pack(
            "<4s4B8x2HI3QI6H",
            *(b"\x7fELF", 2 if self.bits == 64 else 1, 1, 1, 0),
            *(self.kind, machine, 1, 0, 64, place["sections"][0] if self.sections else 0),
            flags if self.flags is None else self.flags,
            *(64, 56, len(programs) // 56, 64, len(headers) // 64, 3 if self.sections else 0),
        )
        return bytes(body)

    def _symbols(self, strings: "_Strings") -> bytes:
        table = bytes(24)
        for section, info, names in (
            (1, 0x12, self.defined),
            (0, 0x12, self.undefined),
            (0, 0x22, self.weak),
        ):
            for name in names:
                table += struct.pack("<IBBHQQ", strings.at(name), info, 0, section, 0, 0)
        return table

    def _versions(self, strings: "_Strings") -> bytes:
        table = b""
        for index, (library, names) in enumerate(self.versions.items(), 1):
            last = index == len(self.versions)
            table += struct.pack(
                "<HHIII", 1, len(names), strings.at(library), 16, 0 if last else 16 + 16 * len(names)
            )
            for number, name in enumerate(names, 1):
                step = 0 if number == len(names) else 16
                table += struct.pack("<IHHII", 0, 0, number + 1, strings.at(name), step)
        return table

    def _programs(self, place: Mapping[str, tuple[int, int]], size: int) -> bytes:
        def header(kind: int, flags: int, offset: int, length: int) -> bytes:
            return struct.pack("<2I6Q", kind, flags, offset, offset, offset, length, length, 8)

        found = header(_LOAD, self.load, 0, size) + header(_DYNAMIC, 6, *place["dynamic"])
        if self.stack is not None:
            found += header(_STACK, self.stack, 0, 0)
        if self.notes:
            found += header(_NOTE, 4, *place["notes"])
        return found + header(_RELRO, 4, *place["dynamic"]) * self.relro

    def _sections(self, place: Mapping[str, tuple[int, int]]) -> bytes:
        def header(name: int, kind: int, flags: int, where: str) -> bytes:
            offset, size = place[where]
            return struct.pack("<2I4Q2I2Q", name, kind, flags, offset, offset, size, 0, 0, 1, 0)

        found = bytes(64) + header(1, 1, 6, "code")
        # Without an arch string there is an empty note in its place, so that numbers stay.
        found += header(7, 0x70000003 if self.arch is not None else 7, 0, "attributes")
        return found + header(25, 3, 0, "names")


class _Strings:
    def __init__(self) -> None:
        self.table = bytearray(1)

    def at(self, text: str) -> int:
        start = len(self.table)
        self.table += text.encode() + b"\0"
        return start


def attributes(arch: str) -> bytes:
    """A .riscv.attributes section with Tag_RISCV_arch."""
    values = b"\x05" + arch.encode() + b"\0"
    file = b"\x01" + struct.pack("<I", 5 + len(values)) + values
    return b"A" + struct.pack("<I", 4 + 6 + len(file)) + b"riscv\0" + file


def note(name: bytes, kind: int, content: bytes) -> bytes:
    """One note, aligned to eight bytes."""
    header = struct.pack("<3I", len(name), len(content), kind) + name
    return header + bytes(-len(header) % 8) + content + bytes(-len(content) % 8)


def levels(bits: int) -> bytes:
    """The note in which a linker says which x86-64 levels are needed (`-z x86-64-v3`); 1 is the baseline."""
    return note(b"GNU\0", 5, struct.pack("<4I", 0xC0008002, 4, bits, 0))
