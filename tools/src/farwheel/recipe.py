"""What a packager may say about locking a package: pkgs/<name>/lock.json, all of it optional."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from farwheel.errors import FarwheelError
from farwheel.pins import read_json


@dataclass(frozen=True)
class LockOptions:
    """Departures from the default, which is the newest release for every CPython that it supports.

    `version` and `pythons` are specifiers ("==2.5.5", "<3.15"); `build_requires` adds requirements that
    upstream's pyproject.toml lacks; `test_requires` is what upstream's test suite needs besides pytest;
    `constraints` narrow what uv may choose ("setuptools<81").
    """

    version: str = ""
    pythons: str = ""
    build_requires: list[str] = field(default_factory=list)
    constraints: list[str] = field(default_factory=list)
    test_requires: list[str] = field(default_factory=list)


def lock_options(file: Path) -> LockOptions:
    """Read a lock.json (a missing one is empty); FarwheelError names the file and the field that is wrong."""
    if not file.exists():
        return LockOptions()
    data = read_json(file)
    if not isinstance(data, dict):
        raise FarwheelError(f"{file} is no JSON object", _KNOWN)
    for name, value in data.items():
        _check(file, name, value)
    return LockOptions(**data)


_KNOWN = f"it may have these fields: {', '.join(sorted(LockOptions.__dataclass_fields__))}"


def _check(file: Path, name: str, value: Any) -> None:
    try:
        if name in {"version", "pythons"} and isinstance(value, str):
            SpecifierSet(value)
        elif name in {"build_requires", "constraints", "test_requires"} and isinstance(value, list):
            for item in value:
                Requirement(item)
        else:
            raise FarwheelError(f"{file}: the field {name!r} is unknown or of the wrong type", _KNOWN)
    except (InvalidSpecifier, InvalidRequirement, TypeError) as error:
        raise FarwheelError(f"{file}: the field {name!r} is wrong: {error}", _KNOWN) from None
