"""What a Python package index has: the files of a project, with hash, size and upload time."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from packaging.specifiers import SpecifierSet
from packaging.tags import Tag
from packaging.utils import (
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from farwheel import simple, transfer, web
from farwheel.errors import FarwheelError, UnavailableError
from farwheel.mirrors import setting, shown
from farwheel.pins import Pin
from farwheel.project import Project
from farwheel.simple import File

# The registry's own layout, from the hash of the file; mirrors may have another.
_PATH = re.compile(r"packages/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{60}/[^/]+$")


@dataclass(frozen=True)
class Sdist:
    """A source release."""

    version: Version
    file: File


class NoProjectError(FarwheelError):
    """Every index answers, and has no such project."""


class Index:
    """Simple indexes that hold the same projects, tried in order; each page is read once."""

    def __init__(self, client: web.Client, roots: Sequence[str]) -> None:
        self.client = client
        self._roots = roots
        self._pages: dict[str, list[File]] = {}
        self._sizes: dict[str, int] = {}

    def files(self, project: str) -> list[File]:
        """All files of a project, in the index's order. FarwheelError when no index has it."""
        name = canonicalize_name(project)
        if name not in self._pages:
            self._pages[name] = self._read(name)
        return self._pages[name]

    def newest_sdist(self, project: str, hold: str = "") -> Sdist:
        """The newest release within the specifier `hold` that has a .tar.gz, is final and not yanked.

        A yanked release or a pre-release is taken only when `hold` names it exactly.
        """
        specifier = SpecifierSet(hold)
        exact = names_one(specifier)
        found = [
            sdist
            for sdist in _sdists(self.files(project), canonicalize_name(project))
            if specifier.contains(sdist.version, prereleases=exact)
            and (exact or not (sdist.file.yanked or sdist.version.is_prerelease))
        ]
        if not found:
            within = f" within {hold}" if hold else ""
            raise FarwheelError(
                f"{project} has no source release{within} (.tar.gz, not yanked, not a pre-release)",
                "name the version to take in the package's lock.json",
            )
        return max(found, key=lambda sdist: sdist.version)

    def wheels(self, project: str, version: Version) -> list[tuple[File, frozenset[Tag]]]:
        """The wheels of one version with their tags, by file name."""
        found = []
        for file in sorted(self.files(project), key=lambda file: file.name):
            try:
                _, its_version, _, tags = parse_wheel_filename(file.name)
            except (InvalidWheelFilename, InvalidVersion):
                continue
            if its_version == version:
                found.append((file, tags))
        return found

    def upload_time(self, project: str, version: Version, file: File) -> datetime:
        """When the file came to the index: as its page says, else as the index's JSON API says."""
        if file.upload_time:
            return file.upload_time
        if when := Project(self.client, self._roots, project).upload_time(version, file.name):
            return when
        raise FarwheelError(
            f"no index tells when {file.name} was uploaded, so its builds have no date",
            f"set {setting('pypi')} to an index with upload times (PEP 700)",
        )

    def pin(self, file: File) -> Pin:
        """The file as a pin. FarwheelError when the index gives no sha256 or the size cannot be found out."""
        if not file.sha256:
            raise FarwheelError(
                f"the index gives no sha256 for {file.name}", f"set {setting('pypi')} to another index"
            )
        return Pin("pypi", _path(file), file.sha256, self._size(file))

    def _read(self, name: str) -> list[File]:
        errors: dict[str, Exception] = {}
        for root in self._roots:
            url = f"{root.rstrip('/')}/{name}/"
            try:
                answer = _successful(self.client.get(url, headers={"Accept": simple.ACCEPT}))
                return simple.parse(answer.headers.get("content-type", ""), answer.content, str(answer.url))
            except (web.HTTPError, ValueError) as error:
                errors[url] = error
        gone = all(isinstance(error, _GoneError) for error in errors.values())
        raise (NoProjectError if gone else UnavailableError)(
            f"no package index has {name}:\n  "
            + "\n  ".join(f"{shown(url)}: {error}" for url, error in errors.items()),
            f"check the name, or set {setting('pypi')} to a simple index",
        )

    def _size(self, file: File) -> int:
        if file.size is not None:
            return file.size
        if file.url not in self._sizes:
            try:
                # Otherwise the length is that of a compressed answer.
                answer = _successful(self.client.head(file.url, headers={"Accept-Encoding": "identity"}))
                self._sizes[file.url] = int(answer.headers["content-length"])
            except (web.HTTPError, KeyError, ValueError) as error:
                raise UnavailableError(
                    f"{shown(file.url)}: {error}", f"try again, or set {setting('pypi')} to another index"
                ) from error
        return self._sizes[file.url]


def names_one(specifier: SpecifierSet) -> bool:
    """Whether it names a version exactly, which may then be a pre-release, or yanked."""
    return any(one.operator in {"==", "==="} and not one.version.endswith(".*") for one in specifier)


class _GoneError(ValueError):
    """The index answers, and has no such thing."""


def _successful(answer: web.Response) -> web.Response:
    # Not `raise_for_status`: its message has the URL in it, and that may have a password in it.
    if not answer.is_success:
        gone = answer.status_code in transfer.GONE
        raise (_GoneError if gone else ValueError)(f"HTTP {answer.status_code} {answer.reason_phrase}")
    return answer


def _sdists(files: Sequence[File], project: str) -> Iterator[Sdist]:
    for file in files:
        if file.name.endswith(".tar.gz"):
            with suppress(InvalidVersion):
                yield Sdist(Version(simple.version(file.name, project)), file)


def _path(file: File) -> str:
    own = _PATH.search(file.path)
    if own:
        return own[0]
    # The registry redirects from this older layout, which needs no hash of the content.
    if file.name.endswith(".whl"):
        project = parse_wheel_filename(file.name)[0]
        tag = file.name.removesuffix(".whl").split("-")[-3]
    else:
        project, tag = parse_sdist_filename(file.name)[0], "source"
    return f"packages/{tag}/{project[0]}/{project}/{file.name}"
