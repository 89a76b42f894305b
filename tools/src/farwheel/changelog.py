"""What Debian's changelogs tell of the way from one version to the next, of packages and of sources."""

import gzip
import re
import tarfile
import zlib
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from farwheel import seed
from farwheel.debian import DebianFile
from farwheel.errors import FarwheelError, UnavailableError
from farwheel.pins import Pin

# Version and suites of an entry: `zlib (1:1.3-1) unstable; urgency=medium`.
_HEAD = re.compile(r"^\S+ \((\S+)\) ([^;]+);", re.MULTILINE)
_CVE = re.compile(r"\bCVE-\d{4}-\d{4,}\b")
# What Debian's builders add when they compile a source again.
_REBUILD = re.compile(r"\+b\d+$")

Entries = list[tuple[str, str]]


@dataclass(frozen=True, order=True)
class News:
    """Which CVEs the changelog of `source` names between two versions; None where it does not tell.

    `security` is whether it was uploaded for a security suite on the way. `taken` is whether locking takes
    `new`; if not, `old` is what there will be still.
    """

    source: str
    old: str
    new: str
    cves: tuple[str, ...] | None
    security: bool = False
    taken: bool = True


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
            return _told(News(source, old, new, None), since(text, old))
    return News(source, old, new, None)


def of_source(
    source: str, old: str, new: str, debian: DebianFile, download: Callable[[Pin], Path], but: Container[str]
) -> list[News]:
    """What comes with a source that moves from `old` to `new`, and what `new` lacks; no CVE that is in `but`.

    A version without Debian's revision is upstream's tarball alone, as the oldest revision of it found it:
    what later ones mend is not in it. `debian` is from `debian.packaging`.
    """
    if old == new == debian.version:
        return []
    text = _beside(debian.pin, download)
    before, after = (since(text, _oldest(text, version)) for version in (old, new))
    found = []
    if old != new:
        come = before[len(after) :] if before is not None and after is not None else None
        found.append(_told(News(source, old, new, None), come, but))
    if new != debian.version:
        lacks = _told(News(source, new, debian.version, None, taken=False), after, but)
        found += [lacks] if lacks.cves != () else []
    return found


def since(text: str, old: str) -> Entries | None:
    """(suites, text) of a changelog's entries above that of version `old`; None where it has no such entry.

    A package may have another version than its source has (gcc); then nothing can be told.
    """
    found: Entries = []
    entries = iter(_HEAD.split(text)[1:])
    for version, suites, body in zip(entries, entries, entries, strict=True):
        if version == _REBUILD.sub("", old):
            return found
        found.append((suites, body))
    return None


def _told(news: News, entries: Entries | None, but: Container[str] = ()) -> News:
    if entries is None:
        return news
    cves = sorted({cve for _, body in entries for cve in _CVE.findall(body) if cve not in but})
    security = any("-security" in suites for suites, _ in entries)
    return replace(news, cves=tuple(cves), security=security)


def _oldest(text: str, version: str) -> str:
    """The oldest entry's version that is `version`, which has no epoch, and of upstream's no revision."""
    found = ""
    for whole, _ in _HEAD.findall(text):
        bare = whole.rpartition(":")[2]
        if version in {bare, bare.rpartition("-")[0]}:
            found = whole
    return found


def _text(package: Path, name: str) -> str:
    # A native package has no Debian of its own; of many the folder is a link to another package's.
    for file in ("changelog.Debian.gz", "changelog.gz"):
        try:
            packed = seed.read_member(package, f"usr/share/doc/{name}/{file}")
        except FarwheelError:
            continue
        return zlib.decompress(packed, wbits=zlib.MAX_WBITS | 16).decode("utf-8", "replace")
    return ""


def _beside(pin: Pin, download: Callable[[Pin], Path]) -> str:
    try:
        file = download(pin)
    except UnavailableError:
        # Nobody is kept from a fix because the archive does not give what tells of it.
        return ""
    if pin.file_name.endswith(".diff.gz"):
        # The changelog is in it with a + before each line, which changes nothing about what is looked for.
        return gzip.decompress(file.read_bytes()).decode("utf-8", "replace")
    with tarfile.open(file) as archive:
        for member in archive:
            if member.name.removeprefix("./") == "debian/changelog" and (log := archive.extractfile(member)):
                return log.read().decode("utf-8", "replace")
    return ""
