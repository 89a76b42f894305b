"""What the tables know of packages: those that have a recipe, and what their pins say."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from farwheel.errors import FarwheelError
from farwheel.pins import Pin, read_json
from farwheel.recipe import lock_options


@dataclass(frozen=True)
class Patch:
    """What a recipe changes in upstream's source, and what upstream says of that (`Upstream-Status`)."""

    why: str
    status: str


@dataclass(frozen=True)
class Recipe:
    """A package that is meant to be built.

    `version` is the pinned one, "" before the first lock; `released` (YYYY-MM-DD) is when upstream uploaded
    it; `locked` are the CPythons ("cp313") that the pin has requirements for; `requires_python` is upstream's
    specifier, `pythons` the recipe's own (lock.json), "" where all are welcome. `patches` are those for the
    pinned version. `source` is what its files are made from, None before the first lock.
    """

    version: str = ""
    released: str = ""
    requires_python: str = ""
    pythons: str = ""
    locked: frozenset[str] = frozenset()
    patches: tuple[Patch, ...] = ()
    source: Pin | None = None


def read(packages: Path) -> dict[str, Recipe]:
    """Normalised name -> recipe, of every folder in `packages` that has one."""
    return {
        canonicalize_name(folder.name): _recipe(folder)
        for folder in sorted(packages.iterdir())
        if (folder / "default.nix").exists() or (folder / "pin.json").exists()
    }


def _recipe(folder: Path) -> Recipe:
    file = folder / "pin.json"
    pythons = lock_options(folder / "lock.json").pythons
    patches = tuple(_patch(path) for path in sorted(folder.glob("*.patch")))
    if not file.exists():
        return Recipe(pythons=pythons, patches=patches)
    try:
        return _pinned(read_json(file), pythons, patches)
    except (KeyError, TypeError, ValueError) as error:
        hint = f"write it again: tools/farwheel lock {folder.name}"
        raise FarwheelError(f"{file} is not what `lock` writes: {error}", hint) from None


def _patch(file: Path) -> Patch:
    """The lines above a patch's first file: why, an empty line and more for those who read on, status."""
    head = re.split(r"^(?:---|diff) ", file.read_text("utf-8"), maxsplit=1, flags=re.MULTILINE)[0]
    why, _, status = head.partition("Upstream-Status:")
    return Patch(" ".join(why.split("\n\n")[0].split()), " ".join(status.split()))


def _pinned(data: Mapping[str, Any], pythons: str, patches: tuple[Patch, ...]) -> Recipe:
    time = data.get("upload_time")
    return Recipe(
        version=str(Version(data["version"])),
        released=f"{datetime.fromtimestamp(time, UTC):%Y-%m-%d}" if time else "",
        requires_python=str(SpecifierSet(data.get("requires_python") or "")),
        pythons=pythons,
        locked=frozenset(data["run"]),
        patches=patches,
        source=Pin.from_json(data["sdist"], "sdist"),
    )
