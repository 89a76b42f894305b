"""What an index should hold: the ledgers' wheels, and the pinned pure wheels of others that those need."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packaging.tags import Tag
from packaging.utils import BuildTag, NormalizedName, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from farwheel import ledger
from farwheel.errors import FarwheelError
from farwheel.index import kept
from farwheel.index.model import STATUSES, Status
from farwheel.pins import Pin, read_json


@dataclass(frozen=True)
class Expected:
    """One file: it is ours and has the ledger's `entry`, or it is somebody else's and has a `pin`.

    `due` says that an index must have it. What another version or build tag has replaced cannot be built any
    more, and is there if it had been published.
    """

    filename: str
    parsed: tuple[NormalizedName, Version, BuildTag, frozenset[Tag]]
    sha256: str
    size: int
    upload_time: str
    yanked: str = ""
    entry: ledger.Entry | None = None
    pin: Pin | None = None
    due: bool = True

    @property
    def project(self) -> str:
        """The normalised name."""
        return self.parsed[0]


@dataclass(frozen=True)
class Expectation:
    """File name -> what it should be, and normalised project name -> how it stands."""

    files: dict[str, Expected] = field(default_factory=dict)
    statuses: dict[str, Status] = field(default_factory=dict)

    def of(self, project: str) -> "Expectation":
        """What it says of one project, by its normalised name."""
        files = {name: file for name, file in self.files.items() if file.project == project}
        return Expectation(files, {name: said for name, said in self.statuses.items() if name == project})

    def listed(self) -> list[Expected]:
        """The files that clients see: all but those of a quarantined project."""
        shut = {name for name, said in self.statuses.items() if said.status == "quarantined"}
        return [file for file in self.files.values() if file.project not in shut]

    def offered(self) -> list[Expected]:
        """The files that clients take: those that are not yanked."""
        return [file for file in self.listed() if not file.yanked]


def read(packages: Path) -> Expectation:
    """What the folders `packages`/NAME say (wheels.json, yanked.json, status.json), and what is pinned.

    FarwheelError for names that a client would take for one another.
    """
    found = Expectation()
    folders: dict[str, Path] = {}
    for file in sorted(packages.glob("*/wheels.json")):
        folder = file.parent
        name = canonicalize_name(folder.name)
        if name in folders:
            raise FarwheelError(
                f"{folders[name]} and {folder} are the same name to every client ({name})",
                "rename one of them",
            )
        folders[name] = folder
        _package(folder, name, ledger.load(file), found)
    _pinned(kept.path(packages), found)
    _distinct(found.files)
    return found


def of_package(folder: Path) -> Expectation:
    """What the folder of one package says, nothing where its ledger holds no wheel; errors as `read`."""
    found, book = Expectation(), ledger.load(folder / "wheels.json")
    if book:
        _package(folder, canonicalize_name(folder.name), book, found)
    return found


def of_pins(packages: Path) -> Expectation:
    """What is pinned of others, beside the folder `packages`. FarwheelError as `read`."""
    found = Expectation()
    _pinned(kept.path(packages), found)
    return found


def _package(folder: Path, name: str, book: ledger.Ledger, found: Expectation) -> None:
    yanks, pin = _yanks(folder / "yanked.json", book), folder / "pin.json"
    due = ledger.current(book, str(read_json(pin)["version"])) if pin.exists() else book
    for filename, entry in book.items():
        parsed = parse_wheel_filename(filename)
        if parsed[0] != name:
            raise FarwheelError(
                f"{folder}/wheels.json holds {filename}, which is a wheel of {parsed[0]}",
                "a ledger holds the wheels of its folder's package: restore it",
            )
        yanked, is_due = yanks.get(filename, ""), filename in due
        said = Expected(filename, parsed, entry.sha256, entry.size, entry.added, yanked, entry, due=is_due)
        _add(found, said)
    if (folder / "status.json").exists():
        found.statuses[name] = _status(folder / "status.json", read_json(folder / "status.json"))


def _pinned(file: Path, found: Expectation) -> None:
    book = kept.read(file)
    yanks = _yanks(file.with_name("yanked.json"), book)
    for name, one in book.items():
        parsed, yanked = parse_wheel_filename(name), yanks.get(name, "")
        _add(found, Expected(name, parsed, one.pin.sha256, one.pin.size, one.added, yanked, pin=one.pin))
    statuses = file.with_name("status.json")
    if statuses.exists():
        known = {parse_wheel_filename(name)[0] for name in book}
        said = read_json(statuses)
        if not isinstance(said, dict):
            form = 'it is {"NAME": {"status": "...", "reason": "..."}, ...}'
            raise FarwheelError(f"{statuses} is no JSON object", form)
        for name, data in said.items():
            if name in found.statuses:
                # Of two that contradict each other, neither may lift the other's quarantine.
                raise FarwheelError(
                    f"{statuses} and pkgs/{name}/status.json both say how {name} stands",
                    "keep the one in pkgs: it is for all files of the project",
                )
            if name not in known:
                raise FarwheelError(f"{statuses} names {name}, which is not pinned", "correct the name")
            found.statuses[name] = _status(statuses, data)


def _add(found: Expectation, new: Expected) -> None:
    if "/" in new.filename:
        raise FarwheelError(f"{new.filename!r} is a path, not a file name", "restore the ledger or the pins")
    old = found.files.get(new.filename)
    if old is None:
        found.files[new.filename] = new
    elif old.sha256 != new.sha256:
        raise FarwheelError(
            f"{new.filename} stands for two contents:\n  sha256 {old.sha256}\n  sha256 {new.sha256}",
            "a ledger says the one, closures/pins.json or another ledger says the other",
        )


def _distinct(files: Mapping[str, Expected]) -> None:
    """FarwheelError for two names that say the same: foo-1.0-... and Foo-1.0.0-..., of the same tags."""
    seen: dict[Any, str] = {}
    for name, file in files.items():
        other = seen.setdefault(file.parsed, name)
        if other != name:
            raise FarwheelError(
                f"{other} and {name} are the same wheel to every client",
                "name, version, build and tags are compared in their normal form: drop one of the two",
            )


def _yanks(file: Path, book: Container[str]) -> dict[str, str]:
    if not file.exists():
        return {}
    data = read_json(file)
    form = 'it is {"FILE NAME": "REASON", ...}'
    if not isinstance(data, dict):
        raise FarwheelError(f"{file} is no JSON object", form)
    for name, reason in data.items():
        if name not in book:
            raise FarwheelError(
                f"{file} names {name}, which is not in the ledger or pinned", "correct the name"
            )
        if not isinstance(reason, str) or not reason.strip():
            raise FarwheelError(f"{file} gives no reason for {name}", f"{form}: users are shown the reason")
    return data


def _status(file: Path, data: Any) -> Status:
    form = f'it is {{"status": "...", "reason": "..."}}; status is one of: {" ".join(STATUSES)}'
    if not isinstance(data, dict) or not data.keys() <= {"status", "reason"}:
        raise FarwheelError(f"{file} has other fields than status and reason", form)
    status = Status(data.get("status", ""), data.get("reason", ""))
    if status.status not in STATUSES or not isinstance(status.reason, str):
        raise FarwheelError(f"{file} is no project status (PEP 792)", form)
    return status
