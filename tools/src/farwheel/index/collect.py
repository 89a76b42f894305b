"""Ledgers and a folder of wheels, checked one against the other, become the model of an index."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from farwheel.errors import FarwheelError
from farwheel.files import sha256_of
from farwheel.index import expected, metadata
from farwheel.index.expected import Expectation, Expected
from farwheel.index.model import File, Index, Project, Status
from farwheel.pins import Pin

_SHOWN = 10

# Brings pinned files here; pin -> where it lies.
Fetch = Callable[[list[Pin]], Mapping[Pin, Path]]


def collect(
    packages: Path, wheels: Path, fetch: Fetch, *, published: Path | None = None, partial: bool = False
) -> Index:
    """The index of what the ledgers in `packages` hold.

    The files are in the folder `wheels`, or else in `published`, where an earlier index has them, with
    FILE.whl.provenance beside a file that has one; the pure wheels of others are fetched where they are in
    neither. What the ledgers hold and no folder has is left out if it is not due, and with `partial`.
    FarwheelError for a file without its entry, an entry without its file, and a file with other bytes than
    its entry says.
    """
    wanted = expected.read(packages)
    earlier = _found(published) if published and published.is_dir() else {}
    # Whoever only yanks a file needs no wheels of their own.
    paths = {} if earlier and not wheels.exists() else _found(wheels)
    if strangers := sorted(paths.keys() - wanted.files.keys()):
        raise FarwheelError(
            f"in no ledger:\n{_listed(str(paths[name]) for name in strangers)}",
            "move them away, or write them down: tools/farwheel ledger update NAME",
        )
    offered = wanted.listed()
    only_there = earlier.keys() - paths.keys() - {file.filename for file in offered}
    last = [earlier[name] for name, file in wanted.files.items() if not file.due and name in only_there]
    if last:
        raise FarwheelError(
            f"quarantined, cannot be built again, and nowhere but in the index:\n{_listed(map(str, last))}",
            f"copy them into {wheels} first: lifting the quarantine needs them",
        )
    paths = earlier | paths
    there = _complete(offered, paths, wheels, fetch, partial=partial)
    contents: dict[str, bytes] = {}
    files: dict[str, list[File]] = {file.project: [] for file in wanted.files.values()}
    for file in there:
        files[file.project].append(_file(file, paths[file.filename], contents, earlier.get(file.filename)))
    return Index(
        tuple(
            _project(name, files[name], wanted)
            for name in sorted(files)
            # A quarantined project stays visible: clients are told why there is nothing.
            if files[name] or name in wanted.statuses
        ),
        contents,
        frozenset(file.filename for file in offered if file.entry) - {file.filename for file in there},
    )


def _found(folder: Path) -> dict[str, Path]:
    """File name -> path of every wheel in a folder and below."""
    if not folder.is_dir():
        raise FarwheelError(
            f"{folder} is no folder", "build wheels first (tools/farwheel build), or say --wheels"
        )
    paths: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.whl")):
        other = paths.setdefault(path.name, path)
        if other != path:
            raise FarwheelError(f"two files of one name:\n  {other}\n  {path}", "move one of them away")
    return paths


def _complete(
    offered: list[Expected], paths: dict[str, Path], wheels: Path, fetch: Fetch, *, partial: bool
) -> list[Expected]:
    """Those that will be in the index; `paths` gets the pinned ones that had to be fetched."""
    missing = [file for file in offered if file.entry and file.filename not in paths]
    due = [file for file in missing if file.due]
    if due and not partial:
        packages = " ".join(sorted({file.project for file in due}))
        raise FarwheelError(
            f"in a ledger, but not in {wheels}:\n{_listed(file.filename for file in due)}",
            f"build them: tools/farwheel build {packages}\nor leave them out: --partial",
        )
    ours = {file.filename for file in offered if file.entry} - {file.filename for file in missing}
    there = [file for file in offered if file.pin or file.filename in ours]
    absent = {file.pin: file.filename for file in there if file.pin and file.filename not in paths}
    if absent:
        fetched = fetch(list(absent))
        paths |= {filename: fetched[pin] for pin, filename in absent.items()}
    return there


def _file(wanted: Expected, path: Path, contents: dict[str, bytes], earlier: Path | None) -> File:
    _check_bytes(wanted, path)
    said = metadata.read(path, wanted)
    digest = hashlib.sha256(said.content).hexdigest()
    contents.setdefault(digest, said.content)
    _, version, build, _ = wanted.parsed
    beside = [one.with_name(f"{wanted.filename}.provenance") for one in (path, earlier) if one]
    return File(
        filename=wanted.filename,
        sha256=wanted.sha256,
        size=wanted.size,
        upload_time=wanted.upload_time,
        version=version,
        build=build,
        path=path,
        metadata=digest,
        requires_python=said.requires_python,
        yanked=wanted.yanked,
        libraries=said.libraries,
        provenance=next((one for one in beside if one.exists()), None),
        entry=wanted.entry,
    )


def _check_bytes(wanted: Expected, path: Path) -> None:
    try:
        size, digest = path.stat().st_size, sha256_of(path)
    except OSError as error:
        raise FarwheelError(f"{path} cannot be read: {error.strerror}") from None
    if (size, digest) != (wanted.size, wanted.sha256):
        holds = "ledger" if wanted.entry else "pin"
        raise FarwheelError(
            f"{path} has other bytes than the {holds} says:\n"
            f"  {holds + ':':7} sha256 {wanted.sha256}, {wanted.size} bytes\n"
            f"  file:   sha256 {digest}, {size} bytes",
            "remove the file, then build or fetch it again",
        )


def _project(name: str, files: list[File], wanted: Expectation) -> Project:
    files.sort(key=lambda file: (file.version, file.build, file.filename))
    versions = {file.version for file in files}
    status = wanted.statuses.get(name, Status())
    if status.status == "quarantined":
        versions = {f.parsed[1] for f in wanted.files.values() if f.project == name}
    return Project(name, tuple(sorted(versions)), tuple(files), status)


def _listed(names: Iterable[str]) -> str:
    """The first names, a line each, and how many more there are."""
    every = list(names)
    more = [f"  and {len(every) - _SHOWN} more"] if len(every) > _SHOWN else []
    return "\n".join([f"  {name}" for name in every[:_SHOWN]] + more)
