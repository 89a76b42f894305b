"""What our index has: as the ledgers and pins of this repository say, or as it is published somewhere."""

from pathlib import Path
from typing import Protocol

from packaging.utils import parse_wheel_filename

from farwheel import simple
from farwheel.audit import fetched
from farwheel.audit.upstream import Upstream
from farwheel.errors import FarwheelError
from farwheel.files import sha256_of
from farwheel.index import expected, metadata
from farwheel.simple import File
from farwheel.web import Client


class Ours(Protocol):
    """An index of ours."""

    def files(self, name: str) -> list[File]:
        """The files of a project, by its normalised name; [] when there is none."""

    def metadata(self, file: File) -> bytes:
        """METADATA of one of the files."""


class Ledgers:
    """The index that `farwheel index` would write; no wheel needs to be here."""

    def __init__(self, packages: Path, wheels: Path, upstream: Upstream) -> None:
        self._wheels = wheels
        self._upstream = upstream
        self._files: dict[str, list[expected.Expected]] = {}
        for file in expected.read(packages).listed():
            self._files.setdefault(file.project, []).append(file)

    def files(self, name: str) -> list[File]:
        """As `Ours` says."""
        return [
            File(file.filename, "", file.sha256, file.size, None, "", bool(file.yanked))
            for file in self._files.get(name, ())
        ]

    def metadata(self, file: File) -> bytes:
        """From the cache, out of the wheel where it is here, or else upstream's of the same version.

        Ours are made from upstream's release, so they say the same. FarwheelError when upstream has none.
        """
        if content := fetched.cached(file):
            return content
        name, version, _, _ = parse_wheel_filename(file.name)
        path = self._wheels / file.name
        if path.exists() and sha256_of(path) == file.sha256:
            (wanted,) = (one for one in self._files[name] if one.filename == file.name)
            return fetched.keep(file, metadata.read(path, wanted).content)
        release = self._upstream.release(name, version)
        if release is None:
            raise FarwheelError(
                f"what {file.name} requires is not known: it is not in {self._wheels},\n"
                f"and upstream has no {version}",
                f"build it: tools/farwheel build {name}\nor say where the index is published: --index URL",
            )
        same = (one for one in release.wheels if one.sha256 == file.sha256)
        return self._upstream.metadata(next(same, release.stand_in))


class Published:
    """The index at a URL: the one that pip is given."""

    def __init__(self, client: Client, url: str) -> None:
        self._client = client
        self._url = url.rstrip("/")
        self._pages: dict[str, list[File]] = {}
        if fetched.get(client, f"{self._url}/", Accept=simple.ACCEPT) is None:
            raise FarwheelError(
                f"{url} is no index: HTTP 404", "say the simple index: the URL that pip is given"
            )

    def files(self, name: str) -> list[File]:
        """As `Ours` says."""
        if name not in self._pages:
            answer = fetched.get(self._client, f"{self._url}/{name}/", Accept=simple.ACCEPT)
            self._pages[name] = fetched.files(answer) if answer else []
        return self._pages[name]

    def metadata(self, file: File) -> bytes:
        """As `Ours` says."""
        return fetched.metadata(self._client, file)
