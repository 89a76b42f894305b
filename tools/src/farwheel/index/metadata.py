"""What a wheel says about itself: METADATA, and the libraries that it carries."""

import functools
import json
import zipfile
import zlib
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from farwheel.errors import FarwheelError
from farwheel.index.expected import Expected
from farwheel.index.model import Library

# A long description with pictures in it has some megabytes; a bomb has gigabytes.
_MAX = 16 << 20
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    IndexError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
_HINT = "the wheel itself is wrong: build or pin another one"


@dataclass(frozen=True)
class Metadata:
    """`content` is METADATA as it is; `requires_python` as it says, or ""."""

    content: bytes
    requires_python: str
    libraries: tuple[Library, ...]


def read(path: Path, wanted: Expected) -> Metadata:
    """What the wheel at `path` says; `wanted` is what it should be.

    FarwheelError for what is no wheel, and where its METADATA speaks of another name or version.
    """
    filename = wanted.filename
    try:
        with zipfile.ZipFile(path) as wheel:
            names = wheel.namelist()
            info = _dist_info(names, filename)
            content = _member(wheel, f"{info}/METADATA", filename)
            libraries = f"{info}/farwheel/libraries.json"
            carried = _member(wheel, libraries, filename) if libraries in names else b"[]"
    except _DAMAGE as error:
        raise FarwheelError(f"{path} is no wheel: {error}", _HINT) from None
    try:
        said = fields(content)
    except UnicodeDecodeError as error:
        raise FarwheelError(f"{filename}: METADATA is not UTF-8 (byte {error.start})", _HINT) from None
    said_name, said_version = said.get("Name", ""), said.get("Version", "")
    if canonicalize_name(said_name) != wanted.project or not _same(said_version, wanted.parsed[1]):
        raise FarwheelError(f"{filename}: METADATA says {said_name!r} {said_version!r}", _HINT)
    return Metadata(content, str(said.get("Requires-Python", "")).strip(), _libraries(carried, filename))


def _dist_info(names: list[str], filename: str) -> str:
    found = {
        name.split("/")[0] for name in names if name.endswith(".dist-info/METADATA") and name.count("/") == 1
    }
    if len(found) != 1:
        raise FarwheelError(f"{filename} has {len(found)} METADATA files instead of one", _HINT)
    return found.pop()


def _member(wheel: zipfile.ZipFile, name: str, filename: str) -> bytes:
    with wheel.open(name) as file:
        content = file.read(_MAX + 1)
    if len(content) > _MAX:
        raise FarwheelError(f"{filename}: {name} has more than {_MAX >> 20} MiB", _HINT)
    return content


# Most wheels of a release have the same METADATA.
@functools.lru_cache(maxsize=64)
def fields(content: bytes) -> Message:
    """The fields of a METADATA, each as it says; UnicodeDecodeError where it is not UTF-8."""
    text = content.decode("utf-8").replace("\r\n", "\n")
    # Without the description: a megabyte of it is none of an index's business.
    return HeaderParser().parsestr(text.partition("\n\n")[0])


def _same(said: str, version: Version) -> bool:
    try:
        return Version(said) == version
    except InvalidVersion:
        return False


def _libraries(content: bytes, filename: str) -> tuple[Library, ...]:
    try:
        return tuple(
            Library(str(x["name"]), str(x["version"]), str(x["license"])) for x in json.loads(content)
        )
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise FarwheelError(
            f"{filename}: libraries.json is not what a build writes: {error!r}", _HINT
        ) from None
