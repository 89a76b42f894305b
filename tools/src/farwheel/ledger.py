"""The ledger, `pkgs/NAME/wheels.json`: which bytes each wheel has, from which inputs, what was shown of it.

One file name stands for one content, for ever. Machines write the file; its checksum shows an edit by hand.
"""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from packaging.utils import BuildTag, parse_wheel_filename
from packaging.version import Version

from farwheel import receipts
from farwheel.errors import FarwheelError
from farwheel.pins import read_json, write_json

_SHA256 = re.compile(r"[0-9a-f]{64}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CONFLICT = re.compile(r"^(<<<<<<<|=======|>>>>>>>)", re.MULTILINE)


@dataclass(frozen=True)
class Inputs:
    """What a wheel was made from: hashes are sha256 in hex, the rest names and versions.

    `pins` is the sha256 over the sorted sha256s of all pins in the build's closure; `libraries` (name ->
    version) are the target's that went into the wheel.
    """

    sdist: str
    interpreter: str
    toolchain: str
    pins: str
    libraries: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """ValueError for what no ledger may hold."""
        _are_hashes(sdist=self.sdist, pins=self.pins)
        _are_words(self.interpreter, self.toolchain, *self.libraries, *self.libraries.values())


@dataclass(frozen=True, order=True)
class Reproduction:
    """A second build that gave the same bytes: what was varied (`mode`), and the day (YYYY-MM-DD).

    `by` is who made it, as they call themselves, or the address of a run; "" where nobody said.
    """

    variation: str
    date: str
    by: str = ""

    def __post_init__(self) -> None:
        """ValueError for what no ledger may hold."""
        _are_words(self.variation)
        if self.by:
            _are_words(self.by)
        if not _DAY.fullmatch(self.date):
            raise ValueError(f"{self.date!r} is no day (YYYY-MM-DD)")

    def to_json(self) -> dict[str, str]:
        """Its fields, without `by` where nobody said."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True)
class Needs:
    """What the objects of a wheel ask for: libraries, and of each family of symbols the newest version.

    ("libc.so.6", "libm.so.6"), {"GLIBC": "GLIBC_2.29"}; those that the wheel carries itself are among them.
    """

    libraries: tuple[str, ...]
    symbols: dict[str, str]

    def __post_init__(self) -> None:
        """ValueError for what no ledger may hold."""
        object.__setattr__(self, "libraries", tuple(self.libraries))
        _are_words(*self.libraries, *self.symbols, *self.symbols.values())


@dataclass(frozen=True)
class Entry:
    """One wheel: `size` in bytes; `tests` is the receipt of its tests, or None.

    `seconds` is how long its build took; it and `needs` are None where that was not recorded.

    `added` (UTC, whole seconds) is when it entered the ledger, which the index calls upload-time (PEP 700).
    `pythons` and `reproduced` have no order of their own; they are kept sorted and without repetition.
    """

    sha256: str
    size: int
    added: str
    architecture: str
    pythons: tuple[str, ...]
    inputs: Inputs
    reproduced: tuple[Reproduction, ...] = ()
    tests: dict[str, Any] | None = None
    seconds: float | None = None
    needs: Needs | None = None

    def __post_init__(self) -> None:
        """Order what has no order, so that equal entries are written alike; ValueError as above."""
        if isinstance(self.pythons, str):
            raise TypeError("pythons should be a list")
        object.__setattr__(self, "pythons", tuple(sorted(set(self.pythons))))
        object.__setattr__(self, "reproduced", tuple(sorted(set(self.reproduced))))
        _are_hashes(sha256=self.sha256)
        _are_words(self.architecture, *self.pythons)
        if type(self.size) is not int or self.size < 0:
            raise ValueError(f"size {self.size!r} is no number of bytes")
        if not _TIME.fullmatch(self.added):
            raise ValueError(f"added {self.added!r} is no time (YYYY-MM-DDTHH:MM:SSZ)")
        if not (self.tests is None or isinstance(self.tests, dict)):
            raise ValueError("tests is neither a receipt nor null")
        if not (
            self.seconds is None or (type(self.seconds) in {int, float} and 0 <= self.seconds < math.inf)
        ):
            raise ValueError(f"seconds {self.seconds!r} is neither a duration nor null")


# File name -> entry.
Ledger = dict[str, Entry]


def load(path: Path) -> Ledger:
    """The ledger in a file, sorted by name; an empty one where there is no file.

    FarwheelError for marks of a merge conflict, an edit by hand, unknown fields, and what is no ledger.
    """
    if not path.exists():
        return {}
    update = f"tools/farwheel ledger update {path.parent.name}"
    if _CONFLICT.search(path.read_text(encoding="utf-8", errors="replace")):
        raise FarwheelError(f"{path} holds marks of a merge conflict", f"take either side, then: {update}")
    try:
        data = _fields(read_json(path), {"checksum", "wheels"})
        found = {name: _entry(name, value) for name, value in sorted(data["wheels"].items())}
    except (AttributeError, TypeError, ValueError) as error:
        raise FarwheelError(f"{path} is no ledger: {error}", f"restore it, then: {update}") from None
    if data["checksum"] != checksum(data["wheels"]):
        raise FarwheelError(f"{path} was edited by hand: its checksum differs", f"restore it, then: {update}")
    return found


def save(path: Path, ledger: Ledger) -> None:
    """Replace the file at once; the same ledger always gives the same bytes."""
    wheels = {
        name: asdict(entry) | {"reproduced": [past.to_json() for past in entry.reproduced]}
        for name, entry in ledger.items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, {"wheels": wheels, "checksum": checksum(wheels)})


def checksum(data: Mapping[str, Any]) -> str:
    """The sha256 (hex) of an object as JSON: sorted, without white space, ASCII; a ledger's of its wheels."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def record(ledger: Ledger, name: str, entry: Entry) -> Ledger:
    """The ledger with one wheel more, or with newer facts on one that it has.

    A wheel that is there keeps the time at which it entered, and the reproductions of both count; a receipt
    and a build time are replaced by newer ones only, a receipt by one of its CPython. FarwheelError when the
    same file name would stand for other bytes.
    """
    _check_name(name)
    old = ledger.get(name)
    if old is None:
        return ledger | {name: entry}
    if old.sha256 != entry.sha256:
        raise FarwheelError(
            f"{name} has other bytes than the ledger holds:\n"
            f"  ledger: sha256 {old.sha256}\n"
            f"  now:    sha256 {entry.sha256}",
            f"one name stands for one content; if it is meant, add a build tag: {_free(name, ledger)}",
        )
    merged = (*old.reproduced, *entry.reproduced)
    kept = replace(entry, added=old.added, reproduced=merged)
    tests = receipts.join(entry.tests, old.tests)
    seconds = old.seconds if entry.seconds is None else entry.seconds
    needs = entry.needs or old.needs
    return ledger | {name: replace(kept, tests=tests, seconds=seconds, needs=needs)}


def current(ledger: Ledger, version: str) -> Ledger:
    """A version's wheels that count now: those of its last build tag, which all of a recipe's have."""
    builds = {
        name: build
        for name, (_, its, build, _) in ((name, parse_wheel_filename(name)) for name in ledger)
        if its == Version(version)
    }
    last = max(builds.values(), default=())
    return {name: ledger[name] for name in sorted(builds) if builds[name] == last}


def with_build_tag(name: str) -> str:
    """The file name of a wheel with the next build tag (PEP 427): none -> 1, 1 -> 2, 3local -> 4.

    FarwheelError for what is no wheel's name.
    """
    build = _check_name(name)
    project, version, *_, python, abi, platform = name.split("-")
    return "-".join((project, version, str((build[0] if build else 0) + 1), python, abi, platform))


def _free(name: str, ledger: Ledger) -> str:
    while name in ledger:
        name = with_build_tag(name)
    return name


def _check_name(name: str) -> BuildTag:
    try:
        return parse_wheel_filename(name)[2]
    except ValueError as error:
        raise FarwheelError(str(error), "a wheel is name-version[-build]-python-abi-platform.whl") from None


def _entry(name: str, data: Any) -> Entry:
    try:
        parse_wheel_filename(name)
        # These two were not written down at first.
        later = {"seconds": None, "needs": None}
        values = _fields(later | data if isinstance(data, dict) else data, _names(Entry))
        values["inputs"] = Inputs(**_fields(values["inputs"], _names(Inputs)))
        values["reproduced"] = [
            Reproduction(**_fields({"by": ""} | x if isinstance(x, dict) else x, _names(Reproduction)))
            for x in values["reproduced"]
        ]
        if values["needs"] is not None:
            values["needs"] = Needs(**_fields(values["needs"], _names(Needs)))
        return Entry(**values)
    except (AttributeError, TypeError, ValueError) as error:
        raise ValueError(f"{name}: {error}") from None


def _names(kind: type) -> set[str]:
    return {one.name for one in fields(kind)}


def _fields(data: Any, names: set[str]) -> dict[str, Any]:
    """A copy of a JSON object that has these fields and no others."""
    if not isinstance(data, dict):
        raise TypeError(f"{str(data)[:60]!r} should be an object")
    if data.keys() != names:
        what = [f"lacks {name}" for name in sorted(names - data.keys())]
        what += [f"has the unknown field {name}" for name in sorted(data.keys() - names)]
        raise ValueError(f"it {' and '.join(what)}")
    return dict(data)


def _are_hashes(**values: object) -> None:
    for name, value in values.items():
        if not isinstance(value, str) or not _SHA256.fullmatch(value):
            raise ValueError(f"{name} {value!r} is no sha256")


def _are_words(*values: object) -> None:
    for value in values:
        if not isinstance(value, str) or not value:
            raise ValueError(f"{value!r} should be a word")
