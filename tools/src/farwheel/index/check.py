"""A published index, over HTTP, compared with what the ledgers hold."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import quote

from packaging.utils import canonicalize_name

from farwheel import links, nix, simple
from farwheel.errors import FarwheelError, UnavailableError
from farwheel.index import expected
from farwheel.index.expected import Expectation, Expected
from farwheel.transfer import GONE
from farwheel.web import Client, HTTPError, Response, client

_WORKERS = 8
_OK = 200
_AS_IT_IS = {"Accept-Encoding": "identity"}


@dataclass(frozen=True, order=True)
class Finding:
    """`file` is its name, or a project's; `problem` is missing, extra or altered; `said` tells more."""

    file: str
    problem: str
    said: str


def check(url: str, *, deep: bool, partial: bool) -> list[Finding]:
    """Everything in which the simple index at `url` differs from what this repository says, sorted.

    Looks at every page, and asks for the size of every file; `deep` downloads and hashes them. With
    `partial`, what is not there is not missing. FarwheelError when there is no index, UnavailableError when
    the server goes away.
    """
    wanted = expected.read(nix.REPOSITORY / "pkgs")
    with client() as http:
        return _Check(http, f"{url.rstrip('/')}/", deep=deep).run(wanted, partial=partial)


class _Check:
    def __init__(self, client: Client, url: str, *, deep: bool) -> None:
        self._client = client
        self._url = url
        self._deep = deep
        self._looked_at = "its list of projects"
        self._sizes: dict[str, int] = {}
        self._listed: set[str] = set()

    def run(self, wanted: Expectation, *, partial: bool) -> list[Finding]:
        # A page in HTML says no sizes.
        self._sizes = {name: file.size for name, file in wanted.files.items()}
        try:
            pages = self._pages(wanted)
            files = [file for page in pages.values() for file in page]
            with ThreadPoolExecutor(_WORKERS) as pool:
                findings = [finding for each in pool.map(self._file, files) for finding in each]
        except HTTPError as error:
            raise UnavailableError(
                f"{self._url} went away at {self._looked_at}: {str(error) or type(error).__name__}",
                "nothing is known about the rest: run this again when it answers",
            ) from None
        findings += _compared(files, {file.filename: file for file in wanted.listed()})
        # pip and uv ask for a project's page at once; who copies an index goes by its list.
        findings += [
            Finding(name, "altered", "it has a page, which the list of projects lacks")
            for name, page in pages.items()
            if page and name not in self._listed
        ]
        if partial:
            there = {file.name for file in files}
            findings = [
                finding for finding in findings if finding.problem != "missing" or finding.file in there
            ]
        return sorted(set(findings))

    def _pages(self, wanted: Expectation) -> dict[str, list[simple.File]]:
        answer = self._get(self._url)
        if answer.status_code != _OK:
            raise FarwheelError(
                f"{self._url} answers HTTP {answer.status_code}",
                "say the simple index: the URL that pip is given",
            )
        self._listed = listed(answer, self._url)
        names = {file.project for file in wanted.files.values()} | self._listed
        with ThreadPoolExecutor(_WORKERS) as pool:
            return dict(zip(sorted(names), pool.map(self._page, sorted(names)), strict=True))

    def _page(self, name: str) -> list[simple.File]:
        self._looked_at = f"the page of {name}"
        answer = self._get(f"{self._url}{quote(name)}/")
        if answer.status_code in GONE:
            return []
        if answer.status_code != _OK:
            raise FarwheelError(f"{answer.url} answers HTTP {answer.status_code}", "see the server's own log")
        try:
            return simple.parse(answer.headers.get("content-type", ""), answer.content, str(answer.url))
        except ValueError as error:
            raise FarwheelError(f"{answer.url} is no page of an index: {error}", "publish it again") from None

    def _get(self, url: str) -> Response:
        return self._client.get(url, headers={"Accept": simple.ACCEPT})

    def _file(self, file: simple.File) -> list[Finding]:
        """Whether the file is there, with what belongs beside it, and is what its page says."""
        self._looked_at = file.name
        found = list(self._body(file) if self._deep else self._head(file))
        ask = self._client.get if self._deep else self._client.head
        metadata = ask(f"{file.url.partition('#')[0]}.metadata", headers=_AS_IT_IS)
        if metadata.status_code != _OK:
            found.append(Finding(file.name, "missing", f"its .metadata answers HTTP {metadata.status_code}"))
        elif self._deep and hashlib.sha256(metadata.content).hexdigest() != file.metadata:
            found.append(Finding(file.name, "altered", "its .metadata has another sha256 than its page says"))
        return found

    def _head(self, file: simple.File) -> Iterator[Finding]:
        answer = self._client.head(file.url, headers=_AS_IT_IS)
        length, size = answer.headers.get("content-length", ""), self._sizes.get(file.name, file.size)
        if answer.status_code != _OK:
            yield Finding(file.name, "missing", f"its link answers HTTP {answer.status_code}")
        elif size is not None and length.isdigit() and int(length) != size:
            yield Finding(file.name, "altered", f"{length} bytes are there, wanted are {size}")

    def _body(self, file: simple.File) -> Iterator[Finding]:
        with self._client.stream("GET", file.url, headers=_AS_IT_IS) as answer:
            if answer.status_code != _OK:
                yield Finding(file.name, "missing", f"its link answers HTTP {answer.status_code}")
                return
            digest = hashlib.sha256()
            for chunk in answer.iter_raw():
                digest.update(chunk)
        if digest.hexdigest() != file.sha256:
            yield Finding(
                file.name, "altered", f"sha256 {digest.hexdigest()} is there, its page says {file.sha256}"
            )


def listed(answer: Response, url: str) -> set[str]:
    """The normalised names in an index's list of projects; FarwheelError when it is no such list."""
    from pypi_simple import IndexPage, UnsupportedRepoVersionError

    try:
        if "json" in answer.headers.get("content-type", ""):
            names = IndexPage.from_json_data(json.loads(answer.content)).projects
        else:
            text = answer.content.decode("utf-8", errors="replace")
            names = [link.text.strip() for link in links.read(text, url)]
    except (UnsupportedRepoVersionError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise FarwheelError(f"{url} is no simple index: {error}", "say the URL that pip is given") from None
    return {canonicalize_name(name) for name in names}


def _compared(files: Sequence[simple.File], wanted: dict[str, Expected]) -> Iterator[Finding]:
    """What the pages say, against what is wanted."""
    there = {file.name for file in files}
    for name in (name for name, file in wanted.items() if file.due and name not in there):
        yield Finding(name, "missing", "the index does not list it")
    for file in files:
        known = wanted.get(file.name)
        if known is None:
            yield Finding(file.name, "extra", "no ledger holds it")
        elif file.sha256 != known.sha256:
            yield Finding(
                file.name,
                "altered",
                f"its page says sha256 {file.sha256 or 'nothing'}, wanted is {known.sha256}",
            )
        elif file.size not in {None, known.size}:
            yield Finding(file.name, "altered", f"its page says {file.size} bytes, wanted are {known.size}")
        elif file.yanked != bool(known.yanked):
            said = ("not yanked", "yanked")
            yield Finding(
                file.name,
                "altered",
                f"its page says {said[file.yanked]}, wanted is {said[bool(known.yanked)]}",
            )
