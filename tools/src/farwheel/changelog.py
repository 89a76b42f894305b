"""What Debian tells of the way from one version of a package to the next: its changelog, in the package."""

import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from farwheel import seed
from farwheel.errors import FarwheelError
from farwheel.pins import Pin

# Version and suites of an entry: `zlib (1:1.3-1) unstable; urgency=medium`.
_HEAD = re.compile(r"^\S+ \((\S+)\) ([^;]+);", re.MULTILINE)
_CVE = re.compile(r"\bCVE-\d{4}-\d{4,}\b")
# What Debian's builders add when they compile a source again.
_REBUILD = re.compile(r"\+b\d+$")


@dataclass(frozen=True, order=True)
class News:
    """A source package that moved: which CVEs its changelog names since `old`; None where it does not tell.

    `security` is whether it was uploaded for a security suite on the way.
    """

    source: str
    old: str
    new: str
    cves: tuple[str, ...] | None
    security: bool = False


def news(
    old: Iterable[Mapping[str, Any]], new: Iterable[Mapping[str, Any]], download: Callable[[Pin], Path]
) -> list[News]:
    """What comes with packages that moved; `old` and `new` are entries of pins with "name" and "version".

    Of each source the smallest package is downloaded that holds its changelog.
    """
    before = {entry["name"]: entry for entry in old}
    moved: dict[tuple[str, str, str], list[Pin]] = {}
    for entry in new:
        was = before.get(entry["name"], entry)["version"]
        if was != entry["version"]:
            pin = Pin.from_json(entry, entry["name"])
            source = PurePosixPath(pin.path).parent.name
            moved.setdefault((source, was, entry["version"]), []).append(pin)
    return [_news(*key, pins, download) for key, pins in sorted(moved.items())]


def _news(source: str, old: str, new: str, pins: list[Pin], download: Callable[[Pin], Path]) -> News:
    for pin in sorted(pins, key=lambda pin: pin.size):
        if text := _text(download(pin), pin.file_name.partition("_")[0]):
            entries = since(text, old)
            if entries is None:
                break
            cves = sorted({cve for _, body in entries for cve in _CVE.findall(body)})
            return News(source, old, new, tuple(cves), any("-security" in suites for suites, _ in entries))
    return News(source, old, new, None)


def since(text: str, old: str) -> list[tuple[str, str]] | None:
    """(suites, text) of a changelog's entries above that of version `old`; None where it has no such entry.

    A package may have another version than its source has (gcc); then nothing can be told.
    """
    found: list[tuple[str, str]] = []
    entries = iter(_HEAD.split(text)[1:])
    for version, suites, body in zip(entries, entries, entries, strict=True):
        if version == _REBUILD.sub("", old):
            return found
        found.append((suites, body))
    return None


def _text(package: Path, name: str) -> str:
    # A native package has no Debian of its own; of many the folder is a link to another package's.
    for file in ("changelog.Debian.gz", "changelog.gz"):
        try:
            packed = seed.read_member(package, f"usr/share/doc/{name}/{file}")
        except FarwheelError:
            continue
        return zlib.decompress(packed, wbits=zlib.MAX_WBITS | 16).decode("utf-8", "replace")
    return ""
