"""Wheels from somebody who means harm, or whose disk does: one function each, all to be refused."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import wheels
from elves import Elf
from wheels import EXTENSION, INFO, METADATA

DIGITS = "1" * 5000
END, ENTRY = b"PK\5\6", b"PK\1\2"


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, method)
    return stream.getvalue()


GOOD = zipped(wheels.contents())


def patched(data: bytes, place: int, form: str, *values: object) -> bytes:
    """Write values, little-endian, at a place (from the end, if it is negative)."""
    content = bytearray(data)
    struct.pack_into("<" + form, content, place % len(content), *values)
    return bytes(content)


def at_end(offset: int, form: str, value: int) -> bytes:
    return patched(GOOD, GOOD.rindex(END) + offset, form, value)


def at_entry(offset: int, form: str, value: int, data: bytes = GOOD) -> bytes:
    return patched(data, data.index(ENTRY) + offset, form, value)


def at_both(entry: int, local: int, form: str, value: int) -> bytes:
    """Change a field of the first member in the directory and in its own header."""
    return patched(at_entry(entry, form, value), local, form, value)


def renamed(name: bytes, flags: int = 0x800, content: bytes = b"") -> bytes:
    """Give a member a name of the same length that no ZIP library would write."""
    data = zipped(wheels.contents({"x" * len(name): content})).replace(b"x" * len(name), name)
    for place, offset in ((data.rindex(name) - 46, 8), (data.index(name) - 30, 6)):
        data = patched(data, place + offset, "H", flags)
    return data


def second_name() -> bytes:
    """A member whose extra field gives it another name, as Info-ZIP did before UTF-8."""
    stream = io.BytesIO()
    info = zipfile.ZipInfo("demo/good.py")
    info.extra = struct.pack("<2HBL", 0x7075, 5 + 12, 1, zlib.crc32(b"demo/good.py")) + b"demo/evil.py"
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in wheels.contents().items():
            archive.writestr(name, content)
        archive.writestr(info, b"")
    return stream.getvalue()


def many(count: int) -> bytes:
    """A directory of entries that all point to one member."""
    body = zipped({"x": b""})
    start = body.index(ENTRY)
    entry = body[start : body.index(END)]
    end = struct.pack("<4s4H2LH", END, 0, 0, count & 0xFFFF, count & 0xFFFF, len(entry) * count, start, 0)
    return body[:start] + entry * count + end


def gap() -> bytes:
    """Bytes between the members and the directory."""
    start = GOOD.index(ENTRY)
    return patched(GOOD[:start] + b"hidden" + GOOD[start:], -6, "L", start + 6)


def overlap() -> bytes:
    """Two names for one piece of the file."""
    data = zipped({"a": b"", "b": b""})
    second = data.index(ENTRY, data.index(ENTRY) + 1)
    return patched(data, second + 42, "L", 0)


def bomb(name: str, size: int) -> bytes:
    return zipped(wheels.contents({name: bytes(size)}))


def lying(size: int) -> bytes:
    """A member that unpacks to far more than both of its headers say."""
    data = bomb("demo/zeros", size)
    local = data.index(b"demo/zeros") - 30
    entry = data.rindex(b"demo/zeros") - 46
    return patched(patched(data, local + 22, "L", 10), entry + 24, "L", 10)


def lying_truly() -> bytes:
    """A member that goes on behind what both of its headers, its checksum and RECORD speak of."""
    said, name = b"good = 1\n", "demo/x.py"
    record = wheels.contents({name: said})[f"{INFO}/RECORD"]
    data = zipped(wheels.contents({name: said + b"evil = 2\n", f"{INFO}/RECORD": record}))
    local, entry = data.index(name.encode()) - 30, data.rindex(name.encode()) - 46
    for place in (local + 14, entry + 16):
        data = patched(patched(data, place, "L", zlib.crc32(said)), place + 8, "L", len(said))
    return data


def two_directories() -> bytes:
    """A good wheel inside of another, found through a Zip64 end record in the comment of a member."""
    inner = zipped(wheels.contents())
    start = inner.index(ENTRY)
    other = zipped({**wheels.contents({"demo/__init__.py": "evil = 1\n"}), "z": inner[:start]}, 0)
    base, end = other.index(inner[:start]), other.rindex(END)
    directory = bytearray(inner[start : inner.rindex(END)])
    place = 0
    while place < len(directory):
        (offset,) = struct.unpack_from("<L", directory, place + 42)
        struct.pack_into("<L", directory, place + 42, offset + base)
        place += 46 + sum(struct.unpack_from("<3H", directory, place + 28))
    count = len(wheels.contents())
    comment = bytes(directory) + struct.pack(
        "<4sQ2H2L4Q4sLQL",
        *(b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(directory), end),
        *(b"PK\6\7", 0, end + len(directory), 1),
    )
    data = patched(other, other.rindex(ENTRY, 0, end) + 32, "H", len(comment))
    (size,) = struct.unpack_from("<L", data, end + 12)
    return data[:end] + comment + patched(data[end:], 12, "L", size + len(comment))


def without(*names: str, files: wheels.Changes | None = None) -> bytes:
    found = wheels.contents(files)
    return zipped({name: content for name, content in found.items() if name not in names})


def elf(change: Callable[[bytes], bytes] = bytes, **fields: object) -> bytes:
    """A wheel that is right but for its extension."""
    content: bytes = change(bytes(Elf(**fields)))  # type: ignore[arg-type] # tests are brief
    return zipped(wheels.contents({EXTENSION: content}))


def header(offset: int, form: str, value: int) -> bytes:
    return elf(lambda data: patched(data, offset, form, value))


def program(number: int, offset: int, value: int) -> bytes:
    return header(64 + 56 * number + offset, "Q", value)


def section(number: int, offset: int, value: int) -> bytes:
    def change(data: bytes) -> bytes:
        (start,) = struct.unpack_from("<Q", data, 40)
        return patched(data, start + 64 * number + offset, "Q", value)

    return elf(change)


def value_of(number: int, data: bytes) -> int:
    """Where the value of an entry of the dynamic table lies."""
    place, size = struct.unpack_from("<Q16xQ", data, 64 + 56 + 8)
    entries = range(place, place + size, 16)
    return next(entry + 8 for entry in entries if struct.unpack_from("<q", data, entry)[0] == number)


def tag(number: int, value: int) -> bytes:
    """Change a value of the dynamic table."""
    return elf(lambda data: patched(data, value_of(number, data), "Q", value))


def pointed(number: int, offset: int, form: str, value: int) -> bytes:
    """Change what an entry of the dynamic table points to."""

    def change(data: bytes) -> bytes:
        (target,) = struct.unpack_from("<Q", data, value_of(number, data))
        return patched(data, target + offset, form, value)

    return elf(change)


def overlapping_code(data: bytes) -> bytes:
    """Two sections of code, each of which is the whole file."""
    (start,) = struct.unpack_from("<Q", data, 40)
    code = bytearray(data[start + 64 : start + 128])
    struct.pack_into("<QQ", code, 24, 0, len(data))
    return patched(data, start + 64, "128s", bytes(code * 2))


def part(number: int) -> str:
    return f"Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n"


def described(text: str) -> bytes:
    """A wheel with this in its METADATA."""
    return without(files={f"{INFO}/METADATA": text})


def many_texts() -> bytes:
    """Libraries without a licence among texts of which each has to be searched for each of them."""
    files: wheels.Changes = {f"{INFO}/sboms/{number}.json": "{}" + "lib " * 250_000 for number in range(50)}
    libraries = {f"demo.libs/libzzz{number}.so": bytes(Elf()) for number in range(40)}
    return zipped(wheels.contents({**files, **libraries}))


def many_words() -> bytes:
    """A library whose name is of so many words that a few texts take minutes to be searched for them."""
    library = "-".join(f"aa{a}{b}" for a in "abcdefghij" for b in "abcdefghij")
    files: wheels.Changes = {f"{INFO}/sboms/{number}.json": "{}" + " l" * 500_000 for number in range(20)}
    return zipped(wheels.contents({**files, f"demo.libs/{library}.so": bytes(Elf())}))


def no_sections_yet(data: bytes) -> bytes:
    """No count of sections in the header, so the first section's size is the count."""
    (start,) = struct.unpack_from("<Q", data, 40)
    return patched(patched(data, 60, "H", 0), start + 32, "Q", 1 << 60)


def attribute_circle(data: bytes) -> bytes:
    """A subsection of attributes that is as long as nothing."""
    return patched(data, data.index(b"riscv\0\x01") - 4, "L", 0)


def one_name(data: bytes) -> bytes:
    """Symbols that all have the name of the third, which is a long one."""
    (symbols,) = struct.unpack_from("<Q", data, value_of(6, data))
    (name,) = struct.unpack_from("<I", data, symbols + 48)
    content = bytearray(data)
    for number in range(3, 20_000):
        struct.pack_into("<I", content, symbols + 24 * number, name)
    return bytes(content)


def overlapping_versions(data: bytes) -> bytes:
    """A list of libraries, each of which says that 65,535 versions follow, one byte apart."""
    table = struct.pack("<HHIII", 1, 0xFFFF, 0, 16, 16) * 5000 + bytes(70_000)
    data = patched(data, value_of(0x6FFFFFFE, data), "Q", len(data))
    data = patched(data, value_of(0x6FFFFFFF, data), "Q", 1 << 40) + table
    return patched(data, 64 + 32, "Q", len(data))


WHEELS: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "a page": lambda: b"<html>please log in</html>",
    "cut in the middle": lambda: GOOD[: len(GOOD) // 2],
    "cut by one byte": lambda: GOOD[:-1],
    "bytes behind": lambda: GOOD + b"x",
    "bytes before": lambda: b"x" + GOOD,
    "another ZIP file before": lambda: zipped({"x": b""}) + GOOD,
    "no members": lambda: zipped({}),
    "count too low": lambda: patched(at_end(8, "H", 1), -12, "H", 1),
    "count too high": lambda: patched(at_end(8, "H", 99), -12, "H", 99),
    "directory elsewhere": lambda: at_end(16, "L", 7),
    "directory too small": lambda: at_end(12, "L", 7),
    "several volumes": lambda: at_end(4, "H", 1),
    "Zip64 at the end": lambda: at_end(16, "L", 0xFFFFFFFF),
    "Zip64 in an entry": lambda: at_entry(24, "L", 0xFFFFFFFF),
    "a million entries": lambda: many(1_000_000),
    "65,000 entries for one member": lambda: many(65_000),
    "a damaged directory": lambda: at_entry(0, "L", 7),
    "a bomb": lambda: bomb("demo/zeros", 80 << 20),
    "a bomb for METADATA": lambda: bomb(f"{INFO}/METADATA", 80 << 20),
    "a bomb for RECORD": lambda: bomb(f"{INFO}/RECORD", 80 << 20),
    "a large METADATA": lambda: bomb(f"{INFO}/METADATA", 20 << 20),
    "a version of 5,000 digits": lambda: described(METADATA.replace("Version: 1.0", f"Version: {DIGITS}")),
    "a Python of 5,000 digits": lambda: described(METADATA.replace(">=3.11", f">=3.{DIGITS}")),
    "a deep marker": lambda: described(f"{METADATA}Requires-Dist: x; {'(' * 9000}os_name=='x'{')' * 9000}"),
    "a deep METADATA": lambda: described(METADATA + "".join(map(part, range(3000)))),
    "many licences for many libraries": many_texts,
    "a library of many names": many_words,
    "a large RECORD": lambda: bomb(f"{INFO}/RECORD", 40 << 20),
    "a large WHEEL": lambda: bomb(f"{INFO}/WHEEL", 1 << 20),
    "sizes that lie": lambda: lying(50 << 20),
    "sizes that lie, and a checksum of no more": lying_truly,
    "two directories": two_directories,
    "a size too large": lambda: at_both(24, 22, "L", 100),
    "a wrong checksum": lambda: at_both(16, 14, "L", 7),
    "a damaged member": lambda: patched(GOOD, GOOD.index(INFO.encode()) + 60, "4s", b"\xff" * 4),
    "encrypted": lambda: at_both(8, 6, "H", 1),
    "strongly encrypted": lambda: at_both(8, 6, "H", 0x41),
    "masked headers": lambda: at_both(8, 6, "H", 0x2000),
    "bzip2": lambda: zipped(wheels.contents(), zipfile.ZIP_BZIP2),
    "LZMA": lambda: zipped(wheels.contents(), zipfile.ZIP_LZMA),
    "an unknown method": lambda: at_both(10, 8, "H", 99),
    "overlapping members": overlap,
    "a second name": second_name,
    "a folder with content": lambda: renamed(b"demo/folder/", content=b"hidden"),
    "two names for a member": lambda: patched(GOOD, 30, "4s", b"DEMO"),
    "two sizes for a member": lambda: patched(GOOD, 18, "L", 9),
    "two methods for a member": lambda: patched(GOOD, 8, "H", 0),
    "a member outside": lambda: at_entry(42, "L", 0x7FFFFFFF),
    "a member that is none": lambda: at_entry(42, "L", 3),
    "bytes between": gap,
    "a huge name": lambda: zipped(wheels.contents({"x" * 60_000: b""})),
    "a deep path": lambda: zipped(wheels.contents({"x/" * 200 + "x": b""})),
    "a NUL in a name": lambda: renamed(b"demo/zz\0.py"),
    "a newline in a name": lambda: renamed(b"demo/zz\n.py"),
    "a name that is not UTF-8": lambda: renamed(b"demo/zz\xff.py"),
    "a name in an unknown encoding": lambda: renamed(b"demo/z\xc3\xa4.py", flags=0),
    "an empty name": lambda: zipped(wheels.contents({"": b""})),
    "no .dist-info": lambda: zipped({"demo/x.py": b""}),
    "two .dist-info": lambda: zipped(wheels.contents({"evil-1.0.dist-info/METADATA": b""})),
    "no METADATA": lambda: without(f"{INFO}/METADATA"),
    "no WHEEL": lambda: without(f"{INFO}/WHEEL"),
    "no RECORD": lambda: without(f"{INFO}/RECORD"),
    "a RECORD that is not UTF-8": lambda: without(files={f"{INFO}/RECORD": b"\xff,,\n"}),
    "a RECORD with a huge field": lambda: without(files={f"{INFO}/RECORD": b"x" * 200_000}),
    "a RECORD with many lines": lambda: without(files={f"{INFO}/RECORD": b"x\n" * 100_000}),
    "nothing but ELF's magic": lambda: elf(lambda data: data[:4]),
    "ELF's identification alone": lambda: elf(lambda data: data[:16]),
    "half an ELF file": lambda: elf(lambda data: data[: len(data) // 2]),
    "an ELF class of 7": lambda: header(4, "B", 7),
    "an ELF byte order of 9": lambda: header(5, "B", 9),
    "an ELF of the other class": lambda: header(4, "B", 1),
    "an ELF of the other byte order": lambda: header(5, "B", 2),
    "65,535 sections": lambda: header(60, "H", 0xFFFF),
    "2^60 sections": lambda: elf(no_sections_yet),
    "65,534 segments": lambda: header(56, "H", 0xFFFE),
    "2^32 segments": lambda: header(56, "H", 0xFFFF),
    "sections outside": lambda: header(40, "Q", 1 << 62),
    "segments outside": lambda: header(32, "Q", 1 << 62),
    "sections of no size": lambda: header(58, "H", 0),
    "segments of no size": lambda: header(54, "H", 0),
    "names of sections elsewhere": lambda: header(62, "H", 0xFF),
    "code that overlaps": lambda: elf(overlapping_code),
    "code outside": lambda: section(1, 32, 1 << 62),
    "attributes outside": lambda: section(2, 24, 1 << 62),
    "attributes in circles": lambda: elf(attribute_circle),
    "a loaded segment outside": lambda: program(0, 32, 1 << 62),
    "a dynamic table outside": lambda: program(1, 8, 1 << 62),
    "a dynamic table in nothing": lambda: program(0, 16, 1 << 62),
    "a long dynamic table": lambda: elf(needed=["libc.so.6"] * 5000),
    "strings at no address": lambda: tag(5, 1 << 62),
    "strings without end": lambda: tag(10, 1 << 62),
    "strings of no size": lambda: tag(10, 0),
    "a library's name outside": lambda: tag(1, 1 << 40),
    "symbols at no address": lambda: tag(6, 1 << 62),
    "a hash table at no address": lambda: tag(4, 1 << 62),
    "2^32 symbols": lambda: pointed(4, 4, "I", 0xFFFFFFFF),
    "a million symbols": lambda: pointed(4, 4, "I", 1_000_000),
    "versions at no address": lambda: tag(0x6FFFFFFE, 1 << 62),
    "a version's name outside": lambda: pointed(0x6FFFFFFE, 16 + 8, "I", 0xFFFFFFF0),
    "a version outside": lambda: pointed(0x6FFFFFFE, 8, "I", 0xFFFFFFF0),
    "more versions than there can be": lambda: elf(change=overlapping_versions),
    "many run paths": lambda: elf(runpath="$ORIGIN:" * 1000),
    "one long name for all symbols": lambda: elf(change=one_name, undefined=["x" * 20_000, *["y"] * 20_000]),
}


def write(folder: Path) -> dict[str, Path]:
    """All of them, each in a folder of its own, since the name of the file matters."""
    found = {}
    for number, (name, make) in enumerate(WHEELS.items()):
        path = folder / str(number) / wheels.NAME
        path.parent.mkdir()
        path.write_bytes(make())
        found[name] = path
    return found
