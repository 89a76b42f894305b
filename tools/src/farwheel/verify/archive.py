"""The strict reading of a ZIP file's directory, before a lenient library reads its members.

A ZIP file says everything twice, in a header before each member and in the directory at its end, and
programs differ in which they believe. What is ambiguous is refused, as package indexes do with uploads; so
one reading is every reading. Facts are those of PKWARE's APPNOTE (4.3.7 local header, 4.3.12 directory,
4.3.16 end), for files without Zip64.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from mmap import mmap

from farwheel.verify.finding import RefusedError

# What a directory can count without Zip64; the largest real wheels have some 30,000 files.
MAX_MEMBERS = 0xFFFE
MAX_DIRECTORY = 16 << 20
MAX_NAME = 1024
MAX_DEPTH = 64
MAX_BYTES = 4 << 30
# Whole wheels pack 3:1 to 10:1; small ones may do as they like.
MAX_RATIO = 50
RATIO_FREE_BYTES = 64 << 20

_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_EXTRA = struct.Struct("<2H")
# What Zip64 has right before the end record, to say where its own is.
_LOCATOR = 20
_UNICODE_PATH = 0x7075
_ENCRYPTED, _DESCRIPTOR, _STRONG, _UTF8, _MASKED = 0x1, 0x8, 0x40, 0x800, 0x2000
_DESCRIPTOR_SIZES = (12, 16, 20, 24)
_STORED, _DEFLATED = 0, 8
_UNKNOWN = 0xFFFFFFFF


@dataclass(frozen=True)
class _Entry:
    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    extra: bytes


def guard(data: bytes | mmap) -> None:
    """Refuse, with RefusedError, whatever is damaged, ambiguous, encrypted, or larger than any real wheel."""
    if bytes(data[:4]) not in {b"PK\3\4", b"PK\5\6"}:
        raise RefusedError("it does not begin like a ZIP file")
    start, stop, promised = _end(data)
    entries = list(islice(_directory(data, start, stop), MAX_MEMBERS + 1))
    if len(entries) != promised:
        raise RefusedError(f"its directory promises {promised} members and holds {len(entries)}")
    if not entries:
        raise RefusedError("it is empty")
    size = sum(entry.size for entry in entries)
    if size > MAX_BYTES or size > max(len(data) * MAX_RATIO, RATIO_FREE_BYTES):
        raise RefusedError(f"it unpacks to {size} bytes, far more than its size warrants: an archive bomb")
    place = 0
    ordered = sorted(entries, key=lambda entry: entry.offset)
    for entry, following in zip(ordered, [entry.offset for entry in ordered[1:]] + [start], strict=True):
        if entry.offset != place:
            raise RefusedError(f"{_shown(entry.name)} does not begin where the member before it ends")
        _check_extent(entry, _local_end(data, entry), following)
        place = following


def _end(data: bytes | mmap) -> tuple[int, int, int]:
    place = data.rfind(b"PK\5\6", max(0, len(data) - _END.size - 0xFFFF))
    if place < 0 or len(data) - place < _END.size:
        raise RefusedError("it has no end record: it is cut off, or no ZIP file")
    _, disk, first_disk, here, total, size, start, comment = _END.unpack_from(data, place)
    if place + _END.size + comment != len(data):
        raise RefusedError("bytes follow its end record")
    if total > MAX_MEMBERS or _UNKNOWN in {size, start}:
        raise RefusedError(
            f"it uses Zip64, which only files of more than 4 GiB or {MAX_MEMBERS} members need"
        )
    if disk or first_disk or here != total:
        raise RefusedError("it is one of several volumes")
    if start + size != place:
        raise RefusedError("its directory is not where its end record says")
    # A comment may end like this, and then some programs (zipfile, hence pip) read another directory.
    if data[max(0, place - _LOCATOR) : place].startswith(b"PK\6\7"):
        raise RefusedError("it has a second directory, by Zip64, which some programs read instead")
    if size > MAX_DIRECTORY:
        raise RefusedError(f"its directory has {size} bytes: an archive bomb")
    return start, place, total


def _directory(data: bytes | mmap, place: int, stop: int) -> Iterator[_Entry]:
    while place < stop:
        if stop - place < _ENTRY.size:
            raise RefusedError("its directory is cut off")
        fields = _ENTRY.unpack_from(data, place)
        signature, _, _, flags, method, _, _, crc, packed, size, length, extra, comment, _, _, _, offset = (
            fields
        )
        place += _ENTRY.size
        name = bytes(data[place : place + length])
        more = bytes(data[place + length : place + length + extra])
        place += length + extra + comment
        if signature != b"PK\1\2" or place > stop:
            raise RefusedError("its directory is damaged")
        entry = _Entry(name, flags, method, crc, packed, size, offset, more)
        complaint = _complaint(entry)
        if complaint:
            raise RefusedError(f"{_shown(name)} {complaint}")
        yield entry


def _complaint(entry: _Entry) -> str:
    name, flags = entry.name, entry.flags
    text = name.decode("utf-8", "replace")
    long = not name or len(name) > MAX_NAME or name.count(b"/") > MAX_DEPTH
    checks = (
        (long, f"has a name that is empty, over {MAX_NAME} bytes or over {MAX_DEPTH} folders deep"),
        (not name.isascii() and not flags & _UTF8, "has a name in an encoding that is not declared"),
        (text.encode() != name, "has a name that is not UTF-8"),
        (not text.isprintable(), "has a name with control characters"),
        (_renames(entry.extra), "has a second name in an extra field"),
        (name.endswith(b"/") and entry.size, "is a folder with content"),
        (flags & (_ENCRYPTED | _STRONG | _MASKED), "is encrypted"),
        (entry.method not in {_STORED, _DEFLATED}, f"is compressed with method {entry.method}, not deflate"),
        (_UNKNOWN in {entry.packed, entry.size, entry.offset}, "uses Zip64, which only files of 4 GiB need"),
        (entry.method == _STORED and entry.packed != entry.size, "is stored, yet its two sizes differ"),
    )
    return next((complaint for bad, complaint in checks if bad), "")


def _renames(extra: bytes) -> bool:
    """Whether an extra field holds another name (Info-ZIP's Unicode path), which only some programs go by."""
    while len(extra) >= _EXTRA.size:
        kind, size = _EXTRA.unpack_from(extra)
        if kind == _UNICODE_PATH:
            return True
        extra = extra[_EXTRA.size + size :]
    return False


def _local_end(data: bytes | mmap, entry: _Entry) -> int:
    """Where the data of a member end, after a check that its own header agrees with the directory."""
    if entry.offset + _LOCAL.size > len(data):
        raise RefusedError(f"{_shown(entry.name)} lies outside of the file")
    signature, _, flags, method, _, _, crc, packed, size, length, extra = _LOCAL.unpack_from(
        data, entry.offset
    )
    place = entry.offset + _LOCAL.size
    same = (
        signature == b"PK\3\4"
        and bytes(data[place : place + length]) == entry.name
        and method == entry.method
    )
    # Streaming writers leave zeros here and put the figures behind the data; others reserve a Zip64 field.
    late = flags & _DESCRIPTOR
    for mine, listed in ((crc, entry.crc), (packed, entry.packed), (size, entry.size)):
        same = same and (mine == listed or (mine == 0 and late) or (mine == _UNKNOWN and extra > 0))
    renamed = _renames(bytes(data[place + length : place + length + extra]))
    if not same or renamed or (flags ^ entry.flags) & ~0x6:
        raise RefusedError(f"{_shown(entry.name)}: its own header and the directory say different things")
    return int(place + length + extra + entry.packed)


def _check_extent(entry: _Entry, end: int, following: int) -> None:
    if end > following:
        raise RefusedError(f"{_shown(entry.name)} overlaps what comes after it")
    gap = following - end
    if gap and not (entry.flags & _DESCRIPTOR and gap in _DESCRIPTOR_SIZES):
        raise RefusedError(f"{gap} bytes that belong to no member follow {_shown(entry.name)}")


def _shown(name: bytes) -> str:
    text = name.decode("utf-8", "backslashreplace")
    return repr(text if len(text) <= 80 else f"{text[:77]}...")  # noqa: PLR2004 - a line's worth
