"""What the user's own package index has, cut down to what an audit asks, and kept for an hour."""

import hashlib
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol

from packaging.utils import canonicalize_name, parse_sdist_filename, parse_wheel_filename
from packaging.version import Version

from farwheel import cache, simple
from farwheel.audit import fetched
from farwheel.files import beside
from farwheel.simple import File
from farwheel.targets import PLATFORMS
from farwheel.web import Client

# Seconds. Many mirrors give no ETag, and reading two hundred pages anew takes half a minute.
_FRESH = 3600


@dataclass(frozen=True)
class Release:
    """A version: wheels that are pure or for our architectures, and any one file that has its METADATA."""

    version: Version
    wheels: tuple[File, ...]
    stand_in: File
    has_wheels: bool


class Releases(Protocol):
    """What indexes other than ours have."""

    def releases(self, name: str) -> list[Release]:
        """All releases of a project, by its normalised name, the newest first; [] where no index has it."""

    def metadata(self, file: File) -> bytes:
        """METADATA of one of their files."""


class Upstream:
    """Simple indexes, the first that has a project counts; each page is read once."""

    def __init__(self, client: Client, roots: Sequence[str]) -> None:
        self._client = client
        self._roots = roots
        self._found: dict[str, list[Release]] = {}

    def releases(self, name: str) -> list[Release]:
        """All releases, the newest first; [] where no index has it. FarwheelError as in `fetched`."""
        if name not in self._found:
            found = (self._read(f"{root.rstrip('/')}/{name}/", name) for root in self._roots)
            self._found[name] = next(filter(None, found), [])
        return self._found[name]

    def release(self, name: str, version: Version) -> Release | None:
        """One release."""
        return next((found for found in self.releases(name) if found.version == version), None)

    def metadata(self, file: File) -> bytes:
        """METADATA of a file."""
        return fetched.metadata(self._client, file)

    def _read(self, url: str, name: str) -> list[Release]:
        kept = cache.folder("upstream") / f"{hashlib.sha256(url.encode()).hexdigest()}.json"
        old = json.loads(kept.read_bytes()) if kept.exists() else {}
        if not old or time.time() - kept.stat().st_mtime > _FRESH:
            tag = {"If-None-Match": old["etag"]} if old.get("etag") else {}
            answer = fetched.get(self._client, url, Accept=simple.ACCEPT, **tag)
            if answer is None:
                return []
            if answer.is_redirect:  # 304: the page is the one that we have
                kept.touch()
            else:
                found = _releases(fetched.files(answer), name)
                old = {"etag": answer.headers.get("etag", ""), "releases": [_packed(one) for one in found]}
                with beside(kept) as new:
                    new.write_text(json.dumps(old), encoding="utf-8")
                    new.replace(kept)
        return [_unpacked(row) for row in old["releases"]]


def _releases(files: Iterable[File], name: str) -> list[Release]:
    rows = [(found, file) for file in files if (found := _version(file)) and found[1] == name]
    rows.sort(key=lambda row: row[0][0], reverse=True)
    return [
        _release(version, [file for _, file in group])
        for version, group in groupby(rows, key=lambda row: row[0][0])
    ]


def _version(file: File) -> tuple[Version, str] | None:
    try:
        if file.name.endswith(".whl"):
            name, version, _, _ = parse_wheel_filename(file.name)
        elif file.name.endswith(".tar.gz"):
            name, version = parse_sdist_filename(file.name)
        else:
            return None
    except ValueError:
        return None
    return version, canonicalize_name(name)


def _release(version: Version, files: Sequence[File]) -> Release:
    wheels = [file for file in files if file.name.endswith(".whl")]
    ours = [
        file for file in wheels if file.name.endswith(("-any.whl", *(f"_{arch}.whl" for arch in PLATFORMS)))
    ]
    # What differs by platform is most like ours on another Linux.
    linux = [file for file in wheels if "linux" in file.name]
    return Release(version, tuple(ours), next(iter((*ours, *linux, *wheels, *files))), bool(wheels))


def _packed(release: Release) -> list[Any]:
    wheels = [_row(file) for file in release.wheels]
    return [str(release.version), wheels, _row(release.stand_in), release.has_wheels]


def _row(f: File) -> list[Any]:
    return [f.name, f.url, f.sha256, f.size, f.requires_python, f.yanked, f.metadata]


def _unpacked(row: Sequence[Any]) -> Release:
    version, wheels, stand_in, has_wheels = row
    return Release(Version(version), tuple(map(_file, wheels)), _file(stand_in), has_wheels)


def _file(row: Sequence[Any]) -> File:
    # A page that was read by an older farwheel ends with `yanked`.
    name, url, sha256, size, requires_python, yanked, *metadata = row
    return File(name, url, sha256, size, None, requires_python, yanked, *metadata)
