"""The page of a project in a simple index, JSON (PEP 691) or HTML (PEP 503), as a list of files."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from urllib.parse import unquote, urlsplit

from packaging.utils import BuildTag, canonicalize_name, parse_wheel_filename

from farwheel import links

# Hashes are names of files in the cache: nothing else may stand there.
_HEX = re.compile(r"[0-9a-f]*")
ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"


@dataclass(frozen=True)
class File:
    """A file of a project; what the index does not tell is None (hashes: "").

    `metadata` is the sha256 of the file beside it (PEP 658).
    """

    name: str
    url: str
    sha256: str
    size: int | None
    upload_time: datetime | None
    requires_python: str
    yanked: bool
    metadata: str = ""

    @property
    def path(self) -> str:
        """The path in the URL, unquoted."""
        return unquote(urlsplit(self.url).path)

    @property
    def build(self) -> BuildTag:
        """A wheel's build tag: of several builds pip takes the greatest, and () is the oldest (PEP 427)."""
        return parse_wheel_filename(self.name)[2]


def parse(content_type: str, body: bytes, url: str) -> list[File]:
    """Read a project's page; relative links are resolved against `url`, where the page came from.

    Raises ValueError for what is no such page.
    """
    header = Message()
    header["content-type"] = content_type or "text/html"
    kind = header.get_content_type()
    if kind.endswith("json"):
        return _from_json(body, url)
    if kind.endswith("html"):
        return _from_html(body, url, header.get_content_charset())
    raise ValueError(f"answered with {kind}, which is no package index")


def _from_json(body: bytes, url: str) -> list[File]:
    # Only here: these are slow imports, and most verbs read no index.
    from pypi_simple import ProjectPage, UnsupportedRepoVersionError

    try:
        page = ProjectPage.from_json_data(json.loads(body), url)
    except (UnsupportedRepoVersionError, RecursionError) as error:
        raise ValueError(str(error)) from None
    return [
        File(
            f.filename,
            f.url,
            digest(f.digests.get("sha256", "")),
            f.size,
            moment(f.upload_time.isoformat() if f.upload_time else None),
            f.requires_python or "",
            f.is_yanked,
            digest((f.metadata_digests or {}).get("sha256", "")),
        )
        for f in page.packages
    ]


def digest(said: str) -> str:
    """A hash as an index says it, "" for what is none."""
    return said if _HEX.fullmatch(said := said.lower()) else ""


def _from_html(body: bytes, url: str, charset: str | None) -> list[File]:
    files = []
    try:
        text = body.decode(charset or "utf-8", errors="replace")
    except LookupError as error:
        raise ValueError(f"the page says that it is in {charset}, which is no encoding") from error
    for link in links.read(text, url):
        kind, _, said = link.fragment.partition("=")
        # No standard has this attribute, several mirrors do.
        when = moment(link.attributes.get("data-upload-time"))
        wanted = link.attributes.get("data-requires-python", "")
        sha256 = digest(said) if kind == "sha256" else ""
        yanked = "data-yanked" in link.attributes
        described = link.attributes.get("data-core-metadata", "")
        metadata = digest(described.removeprefix("sha256=")) if described.startswith("sha256=") else ""
        files.append(File(link.text.strip(), link.url, sha256, None, when, wanted, yanked, metadata))
    return files


def version(file_name: str, project: str) -> str:
    """What the name says of the version, unparsed; "" unless it is a wheel or .tar.gz of this project.

    `project` is normalised. Of an old sdist with a dash in its version (cffi-1.0.2-2.tar.gz) only the page
    that lists it knows whose it is; pins know files by name alone, so it is none.
    """
    # By hand: there are thousands of names, and `packaging` would look at all their tags.
    if file_name.endswith(".whl"):
        name, found, *_ = [*file_name.split("-"), ""]
    else:
        name, _, found = file_name.removesuffix(".tar.gz").rpartition("-")
    ours = file_name.endswith((".whl", ".tar.gz")) and canonicalize_name(name) == project
    return found if ours else ""


def moment(text: str | None) -> datetime | None:
    """The time that an index gives (ISO 8601, UTC where no zone is said); None where it gives none."""
    try:
        when = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
