"""From the folder that `index` wrote to a place: files first, then the pages that name them.

Whoever stops in the middle leaves files that no page names, and the next run goes on from there. Of two that
publish at once, each page goes to the one that read it last; neither can take a file away from the other.
"""

import json
import os
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from farwheel.errors import FarwheelError
from farwheel.files import sha256_of
from farwheel.index.write import published
from farwheel.publish.place import ChangedError, Page, Place, other_bytes

_WORKERS = 8
_TRIES = 10
_LIST = "simple/index.json"

T = TypeVar("T")
# Looks at the page that is there, and refuses it, or says whether it is to be left.
Look = Callable[[Page | None], bool | None]


@dataclass(frozen=True)
class Outcome:
    """The names of the files that are new there, and of the pages that were written; each sorted."""

    files: tuple[str, ...]
    pages: tuple[str, ...]


def publish(site: Path, place: Place, lift: Collection[str] = ()) -> Outcome:
    """Publish the index in the folder `site`. Nothing is ever deleted; the same again writes nothing.

    FarwheelError, before anything is written, when a published file would get other bytes, would no longer be
    listed, or would be offered again though it is withdrawn there (yanked or quarantined), but for projects
    of which `lift` has the normalised names; and later, for the project that somebody else has published in
    the meantime.
    """
    # Not `resolve`, which has no word for links that lead in a circle.
    site = Path(os.path.realpath(site))
    if not published(site, "name the folder that `index` wrote") and not (site / _LIST).exists():
        raise FarwheelError(f"{site} holds no index", f"write it first: tools/farwheel index {site}")
    with ThreadPoolExecutor(_WORKERS) as pool:
        return _Publication(site, place, pool, lift).run()


class _Publication:
    def __init__(self, site: Path, place: Place, pool: ThreadPoolExecutor, lift: Collection[str]) -> None:
        self._site = site
        self._place = place
        self._pool = pool
        self._lift = lift

    def run(self) -> Outcome:
        projects = sorted(
            str(path.relative_to(self._site)) for path in self._site.glob("simple/*/index.json")
        )
        for name, page in zip(projects, self._pool.map(self._place.read, projects), strict=True):
            self._check(name, page)
        _check_list(self._ours(_LIST), self._place.read(_LIST))
        said = {file: digest for name in projects for file, digest in _of(self._ours(name), _held).items()}
        self._those(lambda name: _check_file(self._site / "files" / name, said[name]), list(said))
        files = self._those(self._keep, [f"files/{path.name}" for path in (self._site / "files").iterdir()])
        written = self._those(self._project, projects)
        written += self._those(self._html, [_html(name) for name in projects])
        # The list leads to pages that are there by now.
        written += self._those(self._list, [_LIST]) + self._those(self._html, [_html(_LIST)])
        written += self._those(self._write, self._rest())
        return Outcome(tuple(sorted(Path(name).name for name in files)), tuple(sorted(written)))

    def _those(self, do: Callable[[str], bool], names: list[str]) -> list[str]:
        """Those of the names for which it did something."""
        return [name for name, did in zip(names, self._pool.map(do, names), strict=True) if did]

    def _rest(self) -> list[str]:
        """Pages for people and what belongs to them."""
        files = (path.relative_to(self._site) for path in self._site.rglob("*") if path.is_file())
        return [str(path) for path in files if path.parts[0] not in {"files", "simple"}]

    def _ours(self, name: str) -> bytes:
        return (self._site / name).read_bytes()

    def _keep(self, name: str) -> bool:
        return self._place.keep(name, self._site / name)

    def _project(self, name: str) -> bool:
        return self._settle(name, lambda page: self._check(name, page))

    def _check(self, name: str, page: Page | None) -> None:
        ours = self._ours(name)
        _check_project(ours, page)
        if page and Path(name).parent.name not in self._lift:
            _check_withdrawn(ours, page)

    def _list(self, name: str) -> bool:
        return self._settle(name, lambda page: _check_list(self._ours(name), page))

    def _html(self, name: str) -> bool:
        """JSON decides who is ahead: whoever has replaced it since then replaces the HTML, too."""
        decisive = name.replace(".html", ".json")

        def is_theirs(_: Page | None) -> bool:
            now = self._place.read(decisive)
            return now is None or now.content != self._ours(decisive)

        return self._settle(name, is_theirs)

    def _write(self, name: str) -> bool:
        return self._settle(name, lambda _: False)

    def _settle(self, name: str, look: Look) -> bool:
        """Write a page unless it is so already, or is left; whether it was written.

        The order matters: what is looked at is no older than the version that is replaced.
        """
        content = self._ours(name)
        for _ in range(_TRIES):
            page = self._place.read(name)
            if (page is not None and page.content == content) or look(page):
                return False
            try:
                self._place.write(name, content, page)
            except ChangedError:
                continue
            return True
        raise FarwheelError(
            f"{name} is changed by somebody else again and again", "publish again when it is quiet"
        )


def _html(name: str) -> str:
    return name.replace(".json", ".html")


def _check_project(ours: bytes, page: Page | None) -> None:
    """FarwheelError when the published page lists what ours does not, or lists it with other bytes."""
    listed = _of(ours, _files)
    before = _of(page.content, _files) if page else {}
    for name in sorted(before.keys() & listed.keys()):
        if before[name] != listed[name]:
            raise other_bytes(name, before[name], listed[name])
    gone = before.keys() - listed.keys()
    if gone and _of(ours, _status) != "quarantined":
        raise _behind(gone)


def _check_file(file: Path, said: str) -> bool:
    """FarwheelError when a file is not what its page says: under its name it would stay so for ever."""
    if not file.exists():
        raise FarwheelError(f"{file} is missing, and a page names it", "write the index again")
    if (found := sha256_of(file)) != said:
        raise FarwheelError(
            f"{file} has other bytes than its page says:\n  page: sha256 {said}\n  file: sha256 {found}",
            "remove the file, and write the index again",
        )
    return False


def _check_withdrawn(ours: bytes, page: Page) -> None:
    """FarwheelError when the published page withdraws what ours offers."""
    back = _of(page.content, _withdrawn) - _of(ours, _withdrawn)
    if back and _of(ours, _status) != "quarantined":
        name = _of(ours, lambda project: project["name"])
        raise FarwheelError(
            f"this index offers again what is withdrawn there: {', '.join(sorted(back))}",
            f"write it anew, from a commit that has the yank or the status; if it was lifted: --lift {name}",
        )


def _check_list(ours: bytes, page: Page | None) -> None:
    """FarwheelError when the published list has a project that ours does not have."""
    if gone := (_of(page.content, _projects) if page else set()) - _of(ours, _projects):
        raise _behind(gone)


def _of(content: bytes, pick: Callable[[Any], T]) -> T:
    try:
        return pick(json.loads(content))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise FarwheelError(
            f"what is published is no page of an index: {error!r}",
            "restore it there: what had been published is not known otherwise",
        ) from None


def _files(page: Any) -> dict[str, str]:
    return {file["filename"]: file["hashes"]["sha256"] for file in page["files"]}


def _held(page: Any) -> dict[str, str]:
    """What must be in `files`: METADATA, and wheels unless they are elsewhere."""
    here = {file["filename"]: file["hashes"]["sha256"] for file in page["files"] if "://" not in file["url"]}
    return here | {f"{file['filename']}.metadata": file["core-metadata"]["sha256"] for file in page["files"]}


def _withdrawn(page: Any) -> set[str]:
    """The files that are yanked; of a project in quarantine, which lists none, the project's name."""
    if _status(page) == "quarantined":
        return {page["name"]}
    return {file["filename"] for file in page["files"] if file["yanked"]}


def _projects(page: Any) -> set[str]:
    return {project["name"] for project in page["projects"]}


def _status(page: Any) -> str:
    return str(page["project-status"]["status"])


def _behind(names: Iterable[str]) -> FarwheelError:
    return FarwheelError(
        f"this index does not list what is published: {', '.join(sorted(names))}",
        "what was published stays: write the index anew, from a commit that has its ledger and with its\n"
        "wheel in --wheels, and publish that; perhaps another machine has published meanwhile",
    )
