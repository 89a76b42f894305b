"""What the tables know of packages: those that have a recipe, and what their pins say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from farwheel.errors import FarwheelError
from farwheel.pins import read_json
from farwheel.recipe import lock_options


@dataclass(frozen=True)
class Recipe:
    """A package that is meant to be built.

    `version` is the pinned one, "" before the first lock; `released` (YYYY-MM-DD) is when upstream uploaded
    it; `locked` are the CPythons ("cp313") that the pin has requirements for; `left_out` is the recipe's own
    specifier of CPythons (lock.json), `requires_python` upstream's.
    """

    version: str = ""
    released: str = ""
    requires_python: SpecifierSet = SpecifierSet()
    left_out: SpecifierSet = SpecifierSet()
    locked: frozenset[str] = frozenset()


def read(packages: Path) -> dict[str, Recipe]:
    """Normalised name -> recipe, of every folder in `packages` that has one."""
    return {
        canonicalize_name(folder.name): _recipe(folder)
        for folder in sorted(packages.iterdir())
        if (folder / "default.nix").exists() or (folder / "pin.json").exists()
    }


def cpythons(repository: Path) -> dict[str, str]:
    """{"cp313": "3.13.15", ...}: the CPythons that are built, and which release of each."""
    data = read_json(repository / "nix/cpython/versions.json")
    return {key: data[key]["version"] for key in sorted(data)}


def _recipe(folder: Path) -> Recipe:
    file = folder / "pin.json"
    left_out = SpecifierSet(lock_options(folder / "lock.json").pythons)
    if not file.exists():
        return Recipe(left_out=left_out)
    try:
        return _pinned(read_json(file), left_out)
    except (AttributeError, KeyError, TypeError, InvalidSpecifier) as error:
        hint = f"write it again: tools/farwheel lock {folder.name}"
        raise FarwheelError(f"{file} is not what `lock` writes: {error}", hint) from None


def _pinned(data: Mapping[str, Any], left_out: SpecifierSet) -> Recipe:
    time = data.get("upload_time")
    return Recipe(
        version=data["version"],
        released=f"{datetime.fromtimestamp(time, UTC):%Y-%m-%d}" if time else "",
        requires_python=SpecifierSet(data.get("requires_python") or ""),
        left_out=left_out,
        locked=frozenset(data["run"]),
    )
