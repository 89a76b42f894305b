"""A stranger's wheel, opened so that it can do no harm, and read once from end to end."""

import copy
import csv
import hashlib
import io
import math
import mmap
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from functools import cached_property
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from farwheel.verify import elf
from farwheel.verify.archive import MAX_MEMBERS, guard
from farwheel.verify.finding import RefusedError

if TYPE_CHECKING:
    from packaging.tags import Tag
    from packaging.utils import BuildTag, NormalizedName
    from packaging.version import Version

# The longest real METADATA has some 300 kB, with a changelog inside.
_MAX_METADATA = 1 << 20
_MAX_WHEEL = 64 << 10
_MAX_ENTRY_POINTS = 1 << 20
_MAX_RECORD = 32 << 20
# The largest wheels have some hundred; each takes milliseconds.
_MAX_ELVES = 2000
# Rules go through them for each object; a name of 255 letters can stand for thousands.
_MAX_TAGS = 256
# What is larger lies in a file without a name while it is looked at.
_IN_MEMORY = 16 << 20
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Member:
    """One file of a wheel: its ZIP header, what was found in it, and its facts if it is an ELF file."""

    info: zipfile.ZipInfo
    sha256: bytes
    elf: elf.Elf | None

    @property
    def name(self) -> str:
        """The path inside of the wheel."""
        return self.info.filename


class Wheel:
    """What rules look at.

    Opening it reads every member; what cannot be read, or not safely, is a RefusedError.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._elves = 0
        # Opening a pipe waits for somebody who writes into it.
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise RefusedError("it is a pipe or a device")
        with path.open("rb") as file, _refusing():
            self.name, self.version, self.build, self.tags = _parse_name(path.name)
            if not path.stat().st_size:
                raise RefusedError("it is empty")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                guard(data)
        with _refusing():
            self._archive = zipfile.ZipFile(path)
        self.infos = self._archive.infolist()
        self.dist_info = self._find_dist_info()
        self.members = [self._survey(info) for info in self.infos if not info.is_dir()]
        self.by_name = {member.name: member for member in self.members}

    def _elf(self, data: bytes | mmap.mmap) -> elf.Elf:
        self._elves += 1
        if self._elves > _MAX_ELVES:
            raise RefusedError(f"it is the ELF file after the first {_MAX_ELVES}")
        return elf.read_elf(data)

    def close(self) -> None:
        """Let go of the file."""
        self._archive.close()

    @property
    def elves(self) -> Iterator[tuple[str, elf.Elf]]:
        """All ELF files: (member, facts)."""
        return ((member.name, member.elf) for member in self.members if member.elf)

    @cached_property
    def platforms(self) -> list[str]:
        """The platform tags, sorted; `any` is one."""
        return sorted({tag.platform for tag in self.tags})

    @property
    def is_pure(self) -> bool:
        """Whether its tags promise that it has nothing for one platform only."""
        return self.platforms == ["any"]

    @cached_property
    def metadata_text(self) -> bytes:
        """METADATA, as bytes."""
        return self._text("METADATA", _MAX_METADATA)

    @cached_property
    def entry_points(self) -> bytes:
        """entry_points.txt, as bytes; empty where there is none."""
        there = f"{self.dist_info}/entry_points.txt" in self.by_name
        return self._text("entry_points.txt", _MAX_ENTRY_POINTS) if there else b""

    @cached_property
    def wheel_fields(self) -> Message:
        """WHEEL (PEP 427): a message of headers."""
        return BytesParser().parsebytes(self._text("WHEEL", _MAX_WHEEL))

    @cached_property
    def record(self) -> list[list[str]]:
        """The rows of RECORD."""
        text = self._text("RECORD", _MAX_RECORD)
        try:
            reader = csv.reader(io.StringIO(text.decode("utf-8"), newline=""))
            rows = list(islice(reader, MAX_MEMBERS + 1))
        except (csv.Error, UnicodeDecodeError) as error:
            raise RefusedError(f"its RECORD cannot be read: {error}") from error
        if len(rows) > MAX_MEMBERS:
            raise RefusedError(f"its RECORD has more than {MAX_MEMBERS} lines")
        return rows

    def content(self, name: str) -> bytes | mmap.mmap:
        """All bytes of a member; a mapped file without a name if they are many."""
        with _refusing(name), self._archive.open(self.by_name[name].info) as stream:
            return _all(stream, self.by_name[name].info.file_size)

    def _text(self, name: str, most: int) -> bytes:
        info = self.by_name[f"{self.dist_info}/{name}"].info
        if info.file_size > most:
            raise RefusedError(f"its {name} has {info.file_size} bytes")
        return bytes(self.content(info.filename))

    def _find_dist_info(self) -> str:
        names = {info.filename for info in self.infos}
        found = {name.split("/")[0] for name in names if name.split("/")[0].endswith(".dist-info")}
        if len(found) != 1:
            raise RefusedError(f"it has {len(found) or 'no'} .dist-info folders instead of one")
        (folder,) = found
        for name in ("METADATA", "WHEEL", "RECORD"):
            if f"{folder}/{name}" not in names:
                raise RefusedError(f"it has no {folder}/{name}")
        return folder

    def _survey(self, info: zipfile.ZipInfo) -> Member:
        # zipfile stops where the size says that the end is; other programs unpack what follows.
        longer = copy.copy(info)
        longer.file_size += 1
        with _refusing(info.filename):
            with self._archive.open(longer) as stream:
                data = _all(stream, info.file_size)
            try:
                digest = hashlib.sha256(data).digest()
                facts = self._elf(data) if data[:4] == elf.MAGIC else None
            finally:
                if isinstance(data, mmap.mmap):
                    data.close()
        return Member(info, digest, facts)


def installed(member: str) -> PurePosixPath:
    """Where a member ends up, relative to site-packages (PEP 427: .data/purelib and .data/platlib)."""
    parts = PurePosixPath(member).parts
    if len(parts) > 2 and parts[0].endswith(".data") and parts[1] in {"purelib", "platlib"}:  # noqa: PLR2004 - folder, scheme, name
        return PurePosixPath(*parts[2:])
    return PurePosixPath(member)


def _parse_name(name: str) -> "tuple[NormalizedName, Version, BuildTag, frozenset[Tag]]":
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename

    parts = name.removesuffix(".whl").split("-")[-3:]
    count = math.prod(part.count(".") + 1 for part in parts)
    if count > _MAX_TAGS:
        raise RefusedError(f"its name stands for {count} tags")
    try:
        return parse_wheel_filename(name)
    except (InvalidWheelFilename, ValueError) as error:
        raise RefusedError(f"its name is not that of a wheel: {error}") from None


def _all(stream: IO[bytes], size: int) -> bytes | mmap.mmap:
    if size <= _IN_MEMORY:
        data = stream.read(size + 1)
        _check_length(len(data), size)
        return data
    with tempfile.TemporaryFile() as file:
        while chunk := stream.read(_CHUNK):
            file.write(chunk)
        file.flush()
        _check_length(file.tell(), size)
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _check_length(found: int, promised: int) -> None:
    if found != promised:
        raise RefusedError(f"it holds {found} bytes instead of {promised}")


class _refusing:  # noqa: N801 - used like a function
    """Whatever zipfile makes of a damaged member becomes one kind of refusal, which names the member."""

    def __init__(self, member: str = "") -> None:
        self._prefix = f"{member}: " if member else ""

    def __enter__(self) -> None: ...

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, RefusedError):
            if self._prefix and not error.message.startswith(self._prefix):
                raise RefusedError(self._prefix + error.message) from error
            return
        damaged = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError)
        if isinstance(error, (*damaged, ValueError, OverflowError)):
            raise RefusedError(f"{self._prefix}it is damaged ({error})") from error
