"""What differs between two wheels: down to the section of an ELF file, the line of a text."""

import copy
import io
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from farwheel.errors import FarwheelError, plain
from farwheel.files import sha256_of

# What is shown: enough to see the cause, never more than one reads.
MAX_SHOWN = 100
_MAX_WORDS = 160
# By weight: where each time differs, one still sees first which contents do.
_KINDS = ("missing", "bytes", "mode", "order", "time")
_MAX_SECTIONS = 8
# What is looked into: the largest extension modules have 400 MB, and most of what differs is small.
_MAX_DETAIL = 64 << 20
_MAX_BYTES = 8 << 30
_MAX_ELF_SECTIONS = 10_000
_CHUNK = 1 << 20
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    IndexError,
    OSError,  # a seek to before the beginning
    OverflowError,
    RuntimeError,  # encryption, and what zipfile does not implement
    ValueError,
)


@dataclass(frozen=True)
class Difference:
    """One difference: `member` is a name ("" for the archive), `kind` is one that `compare` lists."""

    member: str
    kind: str
    detail: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.member or 'archive'}: {self.kind}: {self.detail}"


def compare(left: Path, right: Path) -> list[Difference]:
    """What differs between two wheels: at most MAX_SHOWN differences, and one that counts the rest (`more`).

    Kinds, in this order: `missing` (a member is in one only), `bytes`, `mode`, `order`, `time`; or `packing`,
    where nothing but compression and headers differ. Empty when the files have the same bytes.
    FarwheelError for what is no wheel, or is a bomb.
    """
    if sha256_of(left) == sha256_of(right):
        return []
    try:
        with zipfile.ZipFile(left) as one, zipfile.ZipFile(right) as other:
            _check(left, one)
            _check(right, other)
            found = sorted(_differences(one, other), key=lambda difference: _KINDS.index(difference.kind))
    except _DAMAGE as error:
        raise FarwheelError(
            f"{left} and {right} cannot be compared: {error}", "give it two whole wheels"
        ) from error
    if not found:
        return [Difference("", "packing", "the same contents, but other compression or headers")]
    if len(found) > MAX_SHOWN:
        more = Difference("", "more", f"{len(found) - MAX_SHOWN} further differences")
        return [*found[:MAX_SHOWN], more]
    return found


def report(left: Path, right: Path) -> str:
    """The differences in words: diffoscope's where it is on PATH, else ours; "" when there are none."""
    found = compare(left, right)
    program = shutil.which("diffoscope") if found else None
    if program:
        command = [program, "--text", "-", "--max-text-report-size", "200000"]
        command += [str(left.absolute()), str(right.absolute())]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, errors="replace", check=False)
        # 1: they differ; anything else is trouble of its own, which it has told on stderr.
        if done.returncode == 1 and done.stdout:
            return done.stdout
    return "".join(f"{difference}\n" for difference in found)


def _check(path: Path, archive: zipfile.ZipFile) -> None:
    infos = archive.infolist()
    if len({info.filename for info in infos}) < len(infos):
        raise FarwheelError(f"{path} holds a member twice: clients differ in which of them they take")
    if sum(info.file_size for info in infos) > _MAX_BYTES:
        raise FarwheelError(f"{path} unpacks to more than {_MAX_BYTES >> 30} GiB: a bomb")
    # The others unpack without bounds, a few bytes into megabytes.
    if any(info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for info in infos):
        raise FarwheelError(f"{path} is compressed in a way that not all installers know")


def _differences(left: zipfile.ZipFile, right: zipfile.ZipFile) -> Iterator[Difference]:
    ours, theirs = ({info.filename: info for info in archive.infolist()} for archive in (left, right))
    for name in sorted(ours.keys() | theirs.keys()):
        shown = _shown(name)
        if name not in theirs or name not in ours:
            yield Difference(shown, "missing", f"only in the {'left' if name in ours else 'right'} one")
            continue
        one, other = ours[name], theirs[name]
        if detail := _content(left, right, one, other):
            yield Difference(shown, "bytes", detail)
        modes = [info.external_attr >> 16 for info in (one, other)]
        if modes[0] != modes[1]:
            yield Difference(shown, "mode", f"{modes[0]:o} and {modes[1]:o}")
        if one.date_time != other.date_time:
            yield Difference(shown, "time", f"{_time(one)} and {_time(other)}")
    common = [
        [name for name in names if name in others] for names, others in ((ours, theirs), (theirs, ours))
    ]
    for one_name, other_name in zip(*common, strict=True):
        if one_name != other_name:
            yield Difference("", "order", f"{_shown(one_name)} stands where {_shown(other_name)} does")
            return


def _content(
    left: zipfile.ZipFile, right: zipfile.ZipFile, one: zipfile.ZipInfo, other: zipfile.ZipInfo
) -> str:
    """What differs between two members; "" when nothing does."""
    place = _first_difference(left, right, one, other)
    if place is None:
        return ""
    if max(one.file_size, other.file_size) <= _MAX_DETAIL:
        ours, theirs = left.read(one), right.read(other)
        if ours.startswith(b"\x7fELF") and theirs.startswith(b"\x7fELF"):
            return _elf(ours, theirs) or f"from byte {place}, outside of all sections"
        if line := _line(ours, theirs):
            return line
    return f"from byte {place}, of {one.file_size} and {other.file_size}"


def _first_difference(
    left: zipfile.ZipFile, right: zipfile.ZipFile, one: zipfile.ZipInfo, other: zipfile.ZipInfo
) -> int | None:
    place = 0
    # zipfile alone would silently stop at the declared size, where other readers go on.
    one, other = copy.copy(one), copy.copy(other)
    one.file_size += 1
    other.file_size += 1
    with left.open(one) as ours, right.open(other) as theirs:
        while True:
            chunks = ours.read(_CHUNK), theirs.read(_CHUNK)
            if chunks[0] != chunks[1]:
                return place + _prefix(*chunks)
            if not chunks[0]:
                return None
            place += len(chunks[0])


def _prefix(one: bytes, other: bytes) -> int:
    """How many bytes at the beginning are equal."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _line(ours: bytes, theirs: bytes) -> str:
    """The first line that differs; "" for what is no text."""
    if b"\0" in ours or b"\0" in theirs:
        return ""
    try:
        texts = ours.decode("utf-8"), theirs.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    lines = zip_longest(*(text.splitlines(keepends=True) for text in texts))
    number, pair = next((at, pair) for at, pair in enumerate(lines, 1) if pair[0] != pair[1])
    shown = ("no line" if line is None else repr(line[:_MAX_WORDS]) for line in pair)
    return f"line {number}: {' and '.join(shown)}"


def _elf(ours: bytes, theirs: bytes) -> str:
    """The sections that differ; "" when none does, or when the files are damaged."""
    try:
        one, other = _sections(ours), _sections(theirs)
    except Exception:  # noqa: BLE001  on a damaged file pyelftools raises whatever it stumbles over
        return ""
    found = []
    for key in dict.fromkeys([*one, *other]):
        if one.get(key) != other.get(key):
            missing = "left" if key not in one else "right" if key not in other else ""
            detail = f"not in the {missing} one" if missing else f"from byte {_prefix(one[key], other[key])}"
            found.append(f"{_shown(key[0])} ({detail})")
    more = [f"{len(found) - _MAX_SECTIONS} more"] if len(found) > _MAX_SECTIONS else []
    return "sections " + ", ".join(found[:_MAX_SECTIONS] + more) if found else ""


def _sections(data: bytes) -> dict[tuple[str, int], bytes]:
    """(name, how many had it before) -> content; a section without content, as .bss, has its size instead."""
    from elftools.elf.elffile import ELFFile

    elf = ELFFile(io.BytesIO(data))
    if elf.num_sections() > _MAX_ELF_SECTIONS:
        raise ValueError("more sections than any linker makes")
    found: dict[tuple[str, int], bytes] = {}
    names: dict[str, int] = {}
    left = len(data)
    for section in elf.iter_sections():
        header, name = section.header, section.name
        left -= header["sh_size"] if header["sh_type"] != "SHT_NOBITS" else 0
        if left < 0:
            raise ValueError("sections that hold more than the file")
        # Not section.data(), which would make up what .bss holds, and unpack what is compressed.
        end = header["sh_offset"] + header["sh_size"]
        content = data[header["sh_offset"] : end]
        if header["sh_type"] == "SHT_NOBITS":
            content = b"%d" % header["sh_size"]
        found[name, names.setdefault(name, 0)] = content
        names[name] += 1
    return found


def _shown(text: str) -> str:
    shown = plain(text)
    return shown if len(shown) <= _MAX_WORDS else f"{shown[:_MAX_WORDS]}..."


def _time(info: zipfile.ZipInfo) -> str:
    year, month, day, hour, minute, second = info.date_time
    return f"{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"
