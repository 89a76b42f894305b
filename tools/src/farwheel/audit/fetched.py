"""What indexes say: pages, and METADATA of wheels, each kept in the cache by its hash."""

import hashlib
import tempfile
from pathlib import Path

from packaging.utils import parse_wheel_filename

from farwheel import cache, sdist, simple
from farwheel.errors import FarwheelError, UnavailableError
from farwheel.files import beside
from farwheel.index import metadata as contents
from farwheel.index.expected import Expected
from farwheel.mirrors import shown
from farwheel.simple import File
from farwheel.transfer import GONE
from farwheel.web import Client, HTTPError, Response


def get(client: Client, url: str, **headers: str) -> Response | None:
    """The answer, or None for "not found"; FarwheelError when the server is not there, or not well."""
    try:
        answer = client.get(url, headers=headers)
    except HTTPError as error:
        raise UnavailableError(
            f"{shown(url)} does not answer: {str(error) or type(error).__name__}",
            "nothing is known about the rest: run this again when it answers",
        ) from None
    if answer.is_error and answer.status_code not in GONE:
        raise FarwheelError(f"{shown(url)} answers HTTP {answer.status_code}", "see the server's own log")
    return None if answer.is_error else answer


def files(answer: Response) -> list[File]:
    """The files of a project's page. FarwheelError for what is no such page."""
    kind = answer.headers.get("content-type", "")
    try:
        return simple.parse(kind, answer.content, str(answer.url))
    except ValueError as error:
        raise FarwheelError(
            f"{shown(str(answer.url))} is no page of an index: {error}", "say the URL that pip is given"
        ) from None


def metadata(client: Client, file: File) -> bytes:
    """METADATA of a wheel, from beside it (PEP 658) or out of it; of an sdist, what stands for it."""
    if content := cached(file):
        return content
    url = file.url.partition("#")[0]
    answer = get(client, f"{url}.metadata") if file.name.endswith(".whl") else None
    if answer and file.metadata not in {"", hashlib.sha256(answer.content).hexdigest()}:
        raise FarwheelError(f"{shown(url)}.metadata has other bytes than its index says", "publish it again")
    return keep(file, answer.content if answer else _unpacked(client, file, url))


def keep(file: File, content: bytes) -> bytes:
    """Put METADATA into the cache; it is given back."""
    kept = _kept(file)
    with beside(kept) as new:
        new.write_bytes(content)
        new.replace(kept)
    return content


def cached(file: File) -> bytes | None:
    """METADATA that is in the cache."""
    kept = _kept(file)
    return kept.read_bytes() if kept.exists() else None


def _kept(file: File) -> Path:
    name = file.sha256 or hashlib.sha256(file.url.encode()).hexdigest()
    return cache.folder("metadata") / name


def _unpacked(client: Client, file: File, url: str) -> bytes:
    answer = get(client, url)
    content = answer.content if answer else b""
    if file.sha256 and hashlib.sha256(content).hexdigest() != file.sha256:
        raise FarwheelError(f"{shown(url)} has other bytes than its index says", "try another index")
    with tempfile.TemporaryDirectory(prefix="farwheel-") as folder:
        path = Path(folder) / file.name
        path.write_bytes(content)
        if file.name.endswith(".whl"):
            parsed = parse_wheel_filename(file.name)
            return contents.read(path, Expected(file.name, parsed, file.sha256, len(content), "")).content
        return _of_sdist(path)


def _of_sdist(path: Path) -> bytes:
    """What PKG-INFO tells of the requirements; where they are only known to a build, they are missing."""
    facts = sdist.read(path)
    name, _, version = path.name.removesuffix(".tar.gz").rpartition("-")
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Dist: {text}" for text in facts.requires_dist]
    return "\n".join([*lines, ""]).encode()
