"""From the folder that `index` wrote to a place: files first, then the pages that name them.

Whoever stops in the middle leaves files that no page names, and the next run goes on from there. Of two that
publish at once, each page goes to the one that read it last; neither can take a file away from the other.
"""

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from farwheel.errors import FarwheelError
from farwheel.index.write import published
from farwheel.publish.place import ChangedError, Page, Place, other_bytes

_WORKERS = 8
_TRIES = 10
_LIST = "simple/index.json"

T = TypeVar("T")
Look = Callable[[Page | None], bool]


@dataclass(frozen=True)
class Outcome:
    """The names of the files that are new there, and of the pages that were written; each sorted."""

    files: tuple[str, ...]
    pages: tuple[str, ...]


def publish(site: Path, place: Place) -> Outcome:
    """Publish the index in the folder `site`. Nothing is ever deleted; the same again writes nothing.

    FarwheelError, before anything is written, when a published file would get other bytes or would no longer
    be listed; and later, for the project that somebody else has published in the meantime.
    """
    site = site.resolve()
    if not published(site) and not (site / _LIST).exists():
        raise FarwheelError(f"{site} holds no index", f"write it first: tools/farwheel index {site}")
    projects = sorted(path.parent.name for path in site.glob("simple/*/index.json"))
    with ThreadPoolExecutor(_WORKERS) as pool:
        for name, page in zip(projects, pool.map(place.read, map(_page, projects)), strict=True):
            _check_project((site / _page(name)).read_bytes(), page)
        _check_list((site / _LIST).read_bytes(), place.read(_LIST))
        names = [f"files/{path.name}" for path in sorted((site / "files").iterdir())]
        new = list(pool.map(lambda name: place.keep(name, site / name), names))
        files = [name for name, is_new in zip(names, new, strict=True) if is_new]
        written = [
            page for pages in pool.map(lambda name: _project(site, place, name), projects) for page in pages
        ]
        written += _pair(site, place, _LIST, _check_list)
        rest = _rest(site)
        changed = pool.map(
            lambda name: _settle(place, name, (site / name).read_bytes(), lambda _: True), rest
        )
        written += [name for name, is_new in zip(rest, changed, strict=True) if is_new]
    return Outcome(tuple(name.removeprefix("files/") for name in files), tuple(sorted(written)))


def _page(project: str) -> str:
    return f"simple/{project}/index.json"


def _rest(site: Path) -> list[str]:
    """Pages for people and what belongs to them."""
    files = (path.relative_to(site) for path in sorted(site.rglob("*")) if path.is_file())
    return [str(path) for path in files if path.parts[0] not in {"files", "simple"}]


def _project(site: Path, place: Place, name: str) -> list[str]:
    return _pair(site, place, _page(name), _check_project)


def _pair(site: Path, place: Place, name: str, check: Callable[[bytes, Page | None], None]) -> list[str]:
    """A page as JSON, which decides who is ahead, and then the same as HTML."""
    content = (site / name).read_bytes()
    html = f"{name.removesuffix('.json')}.html"

    def lists_all(page: Page | None) -> bool:
        check(content, page)
        return True

    def is_ours(_: Page | None) -> bool:
        now = place.read(name)
        return now is not None and now.content == content

    written = [name] if _settle(place, name, content, lists_all) else []
    # Whoever has replaced the JSON since then replaces the HTML, too.
    return written + ([html] if _settle(place, html, (site / html).read_bytes(), is_ours) else [])


def _settle(place: Place, name: str, content: bytes, look: Look) -> bool:
    """Write a page unless it is so already, or `look` at what is there says no; whether it was written.

    The order matters: what is looked at is no older than the version that is replaced.
    """
    for _ in range(_TRIES):
        page = place.read(name)
        if (page is not None and page.content == content) or not look(page):
            return False
        try:
            place.write(name, content, page)
        except ChangedError:
            continue
        return True
    raise FarwheelError(
        f"{name} is changed by somebody else again and again", "publish again when it is quiet"
    )


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


def _check_list(ours: bytes, page: Page | None) -> None:
    """FarwheelError when the published list has a project that ours does not have."""
    if gone := (_of(page.content, _projects) if page else set()) - _of(ours, _projects):
        raise _behind(gone)


def _of(content: bytes, pick: Callable[[Any], T]) -> T:
    try:
        return pick(json.loads(content))
    except (KeyError, TypeError, ValueError) as error:
        raise FarwheelError(
            f"what is published is no page of an index: {error!r}",
            "restore it there: what had been published is not known otherwise",
        ) from None


def _files(page: Any) -> dict[str, str]:
    return {file["filename"]: file["hashes"]["sha256"] for file in page["files"]}


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
