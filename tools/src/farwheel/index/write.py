"""The index as a static folder, whole or not at all."""

import errno
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from farwheel import ledger
from farwheel.errors import FarwheelError, UnavailableError
from farwheel.index import simple_html, simple_json, swap
from farwheel.index.model import Index
from farwheel.pins import read_json

# All that an index puts into its folder: anything else there is somebody else's, and no index replaces it.
PARTS = frozenset({"assets", "closures", "feed.xml", "files", "index.html", "project", "receipts", "simple"})
_BESIDE = "../../files/"
_REPLACED = "the whole folder is replaced each time: choose one that is for the index alone"

# Writes more into the new folder before it takes the old one's place; its names at the top go into PARTS.
Pages = Callable[[Index, Path], None]


@dataclass(frozen=True)
class Written:
    """The names of the files that the index did not have before, and of those of quarantined projects."""

    new: tuple[str, ...]
    gone: tuple[str, ...]


def write(
    index: Index, out: Path, *, files_url: str = "", tracks: str = "", pages: Pages | None = None
) -> Written:
    """Write the index into the folder `out`, in the place of the one that is there.

    The wheels are put into out/files and the links are relative. With `files_url` the wheels are published
    there (see `at`), and out/files has only what belongs beside them: FILE.whl.metadata (PEP 658),
    FILE.whl.provenance (PEP 740; only then is it named, for that must be a whole URL). The same index always
    gives the same bytes. FarwheelError when a published file would get other bytes or go away, and when
    `out` is none of ours.
    """
    # Through a link, it is the folder that is replaced.
    out = out.resolve()
    before = published(out)
    now = {file.filename: file.sha256 for file in index.files}
    _check_same(before, now)
    _check_kept(before.keys() - now.keys(), index)
    new = _new(out)
    try:
        # One that was killed could not tidy up.
        shutil.rmtree(new, ignore_errors=True)
        _tree(index, new, out / "files", files_url, tracks)
        if pages:
            pages(index, new)
        swap.swap(new, out)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise UnavailableError(
                f"the disk is full: no room for {new}", "make room there; the old index stays"
            ) from None
        raise FarwheelError(f"{out} was not written: {error}", "the old index stays") from None
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return Written(tuple(sorted(now.keys() - before.keys())), tuple(sorted(before.keys() - now.keys())))


def recover(out: Path) -> None:
    """The index that a killed run had put aside: before anything is looked at in `out`."""
    out = out.resolve()
    swap.recover(_new(out), out)


def _new(out: Path) -> Path:
    return out.with_name(f".{out.name}.new")


def at(files_url: str, project: str) -> str:
    """Where a project's files are, for its pages; ends in /. `{name}` in the URL is its normalised name."""
    return f"{files_url.rstrip('/').replace('{name}', project)}/" if files_url else _BESIDE


def published(out: Path, hint: str = _REPLACED) -> dict[str, str]:
    """File name -> sha256 of every file of the index in a folder; FarwheelError when it is no index."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return {}
    foreign = (
        sorted(path.name for path in out.iterdir() if path.name not in PARTS) if out.is_dir() else [out.name]
    )
    top = out / "simple/index.json"
    if foreign or not top.exists() or not _is_ours(read_json(top)):
        raise FarwheelError(
            f"{out} is no index of ours" + (f": it holds {foreign[0]}" if foreign else ""),
            hint,
        )
    return {name: sha256 for path in out.glob("simple/*/index.json") for name, sha256 in _files(path)}


def _is_ours(page: Any) -> bool:
    meta = page.get("meta") if isinstance(page, dict) else None
    return isinstance(meta, dict) and meta.get("_generator") == simple_json.GENERATOR


def _files(path: Path) -> list[tuple[str, str]]:
    try:
        return [(file["filename"], file["hashes"]["sha256"]) for file in read_json(path)["files"]]
    except (KeyError, TypeError) as error:
        hint = "restore it, or else move the folder away: what had been published is not known then"
        raise FarwheelError(f"{path} is damaged: {error!r}", hint) from None


def _check_same(before: dict[str, str], now: dict[str, str]) -> None:
    for name in sorted(before.keys() & now.keys()):
        if before[name] != now[name]:
            raise FarwheelError(
                f"{name} is published with other bytes:\n"
                f"  published: sha256 {before[name]}\n"
                f"  ledger:    sha256 {now[name]}",
                "one name stands for one content; if it is meant, add a build tag: `build = 1;` or the next\n"
                f"in the recipe, which makes it {ledger.with_build_tag(name)}",
            )


def _check_kept(gone: Iterable[str], index: Index) -> None:
    quarantined = {project.name for project in index.projects if project.status.status == "quarantined"}
    for name in sorted(gone):
        # By hand: what is no wheel's name is in no ledger, either.
        if canonicalize_name(name.partition("-")[0]) not in quarantined:
            raise FarwheelError(
                f"{name} is published, and would no longer be listed",
                "lock files name it for ever: restore its ledger or closures/pins.json, and have the wheel\n"
                "in --wheels; yanked.json withdraws a file, and keeps it listed",
            )


def _tree(index: Index, new: Path, ours: Path, files_url: str, tracks: str) -> None:
    (new / "files").mkdir(parents=True)
    for file in index.files:
        if not files_url:
            _place(file.path, new / "files" / file.filename, ours)
        (new / "files" / f"{file.filename}.metadata").write_bytes(index.metadata[file.metadata])
        if file.provenance:
            _place(file.provenance, new / "files" / f"{file.filename}.provenance", ours)
    _page(new / "simple", top := simple_json.projects(index), simple_html.projects(top))
    for project in index.projects:
        page = simple_json.project(project, at(files_url, project.name), tracks)
        _page(new / "simple" / project.name, page, simple_html.project(page))


def _page(folder: Path, page: simple_json.Json, html: str) -> None:
    folder.mkdir()
    (folder / "index.json").write_text(simple_json.text(page), encoding="ascii")
    (folder / "index.html").write_text(html, encoding="utf-8", errors="replace")


def _place(source: Path, target: Path, ours: Path) -> None:
    """Link what an earlier index of ours holds; of all else a copy, as others may write into theirs."""
    if source.parent == ours:
        target.hardlink_to(source)
    else:
        shutil.copyfile(source, target)
