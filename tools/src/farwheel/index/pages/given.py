"""Facts that neither ledgers nor pins know, from files that the caller may give."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from farwheel.errors import FarwheelError
from farwheel.pins import read_json


@dataclass(frozen=True)
class Release:
    """A release of upstream's; `released` is a day (YYYY-MM-DD)."""

    version: Version
    released: str


@dataclass(frozen=True)
class Absent:
    """A package that a closure lacks."""

    name: str
    why: str


@dataclass(frozen=True)
class Closure:
    """How much of what a set of requirements needs the index has, for one CPython ("3.13")."""

    name: str
    architecture: str
    python: str
    wanted: int
    have: int
    missing: tuple[Absent, ...]

    @property
    def percent(self) -> int:
        """How much there is; 100 only where nothing is missing."""
        return 100 * self.have // self.wanted if self.wanted else 100

    @property
    def reasons(self) -> Mapping[str, list[str]]:
        """Why -> the names that are missing for that reason."""
        found: dict[str, list[str]] = {}
        for absent in sorted(self.missing, key=lambda absent: absent.name):
            found.setdefault(absent.why, []).append(absent.name)
        return dict(sorted(found.items()))


def releases(file: Path | None) -> dict[str, Release]:
    """Upstream's newest, as `outdated --json` writes them; what could not be looked at is not among them."""
    if file is None:
        return {}
    try:
        known = [row for row in read_json(file) if row["newest"] and row["uploaded"]]
        return {canonicalize_name(row["name"]): _release(row) for row in known}
    except (AttributeError, KeyError, TypeError, ValueError, InvalidVersion) as error:
        hint = "write it again: tools/farwheel outdated --json"
        raise FarwheelError(f"{file} is no table of releases: {error}", hint) from None


def closures(file: Path | None) -> tuple[Closure, ...]:
    """Audits: [{"name", "arch", "python", "wanted": 3, "have": 2, "missing": [{"name", "why"}]}, ...]."""
    if file is None:
        return ()
    try:
        return tuple(_closure(said) for said in read_json(file))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        form = 'it is [{"name", "arch", "python", "wanted", "have", "missing": [{"name", "why"}]}]'
        raise FarwheelError(f"{file} is no list of audits: {error}", form) from None


def _release(row: Mapping[str, Any]) -> Release:
    uploaded = datetime.fromisoformat(row["uploaded"]).astimezone(UTC)
    return Release(Version(row["newest"]), f"{uploaded:%Y-%m-%d}")


def _closure(said: Mapping[str, Any]) -> Closure:
    missing = tuple(Absent(str(one["name"]), str(one["why"])) for one in said["missing"])
    wanted, have = int(said["wanted"]), int(said["have"])
    return Closure(str(said["name"]), str(said["arch"]), str(said["python"]), wanted, have, missing)
