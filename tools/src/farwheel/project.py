"""A project in an index's JSON API, which lies beside the simple pages; not every mirror has all of it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import Any
from urllib.parse import urljoin

from packaging.utils import canonicalize_name
from packaging.version import Version

from farwheel import simple, web
from farwheel.simple import File
from farwheel.standing import Advisory


class Project:
    """What the indexes with simple pages at `roots` say of a project; an answer not understood is none."""

    def __init__(self, client: web.Client, roots: Sequence[str], name: str) -> None:
        self.name = canonicalize_name(name)
        self._client = client
        self._roots = roots

    def files(self) -> list[File] | None:
        """All files of all releases; None where no index tells."""
        url, document = self._whole
        with suppress(AttributeError, KeyError, TypeError):
            return [_file(entry, url) for entries in document["releases"].values() for entry in entries]
        return None

    def advisories(self, version: Version) -> tuple[Advisory, ...] | None:
        """Those on one version, but for withdrawn ones; None where no index tells."""
        with suppress(AttributeError, KeyError, TypeError):
            document = self._whole[1]
            if document.get("info", {}).get("version") != str(version):
                document = next(self._answers(str(version)), ("", {}))[1]
            listed = document["vulnerabilities"]
            return tuple(_advisory(entry) for entry in listed if not entry.get("withdrawn"))
        return None

    def upload_time(self, version: Version, name: str) -> datetime | None:
        """When the file `name` came to the index; None where no index tells."""
        for _, document in chain(self._answers(str(version)), self._answers()):
            with suppress(AttributeError, TypeError):
                if when := upload_time_in(document, name):
                    return when
        return None

    @cached_property
    def _whole(self) -> tuple[str, Mapping[str, Any]]:
        """The first answer about the project as a whole, and the URL that it came from."""
        return next(self._answers(), ("", {}))

    def _answers(self, *more: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for root in self._roots:
            base = root.rstrip("/").removesuffix("/simple")
            try:
                answer = self._client.get("/".join((base, "pypi", self.name, *more, "json")))
                document = answer.json() if answer.is_success else None
            except (web.HTTPError, ValueError):
                continue
            if isinstance(document, dict):
                yield str(answer.url), document


def upload_time_in(release: Mapping[str, Any], name: str) -> datetime | None:
    """The upload time of a file in an answer about one release, or about a whole project."""
    files = [*release.get("urls", ()), *(f for files in release.get("releases", {}).values() for f in files)]
    return next((_uploaded(file) for file in files if file.get("filename") == name), None)


def _uploaded(entry: Mapping[str, Any]) -> datetime | None:
    return simple.moment(entry.get("upload_time_iso_8601") or entry.get("upload_time"))


def _file(entry: Mapping[str, Any], url: str) -> File:
    return File(
        entry["filename"],
        urljoin(url, entry["url"]),
        simple.digest(entry.get("digests", {}).get("sha256", "")),
        entry.get("size"),
        _uploaded(entry),
        entry.get("requires_python") or "",
        bool(entry.get("yanked")),
    )


def _advisory(entry: Mapping[str, Any]) -> Advisory:
    return Advisory(
        entry["id"],
        tuple(entry.get("aliases") or ()),
        tuple(entry.get("fixed_in") or ()),
        entry.get("summary") or (entry.get("details") or "").partition("\n")[0],
        entry.get("link") or "",
    )
