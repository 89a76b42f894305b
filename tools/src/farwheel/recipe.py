"""What a packager may say about locking a package: pkgs/<name>/lock.json, all of it optional."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from farwheel import trees
from farwheel.errors import FarwheelError
from farwheel.pins import json_text, read_json


@dataclass(frozen=True)
class LockOptions:
    """Departures from the default, which is the newest release for every CPython that it supports.

    `version` and `pythons` are specifiers ("==2.5.5", "<3.15"); `build_requires` adds requirements that
    upstream's pyproject.toml lacks, `run_requires` those that a repository does not tell of;
    `test_requires` is what upstream's tests need besides pytest, where "{version}" stands for the version
    that is locked; `constraints` narrow what uv may choose ("setuptools<81"); `source` is
    "github:OWNER/REPOSITORY" where releases are tags of that repository.
    """

    version: str = ""
    pythons: str = ""
    build_requires: list[str] = field(default_factory=list)
    constraints: list[str] = field(default_factory=list)
    test_requires: list[str] = field(default_factory=list)
    run_requires: list[str] | None = None
    source: str = ""


def with_source(file: Path, source: str) -> str:
    """The text of a lock.json when its field `source` is changed; "pypi" removes it."""
    data = {**(read_json(file) if file.exists() else {}), "source": source}
    if source == "pypi":
        del data["source"]
    return json_text(data)


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


_REQUIREMENTS = {"build_requires", "constraints", "run_requires", "test_requires"}
_KNOWN = f"it may have these fields: {', '.join(sorted(LockOptions.__dataclass_fields__))}"


def _check(file: Path, name: str, value: Any) -> None:
    try:
        if name in {"version", "pythons"} and isinstance(value, str):
            SpecifierSet(value)
        elif name == "source" and isinstance(value, str):
            trees.parse(value)
        elif name in _REQUIREMENTS and isinstance(value, list) and all(isinstance(x, str) for x in value):
            for item in value:
                Requirement(item.replace("{version}", "0") if name == "test_requires" else item)
        else:
            raise FarwheelError(f"{file}: the field {name!r} is unknown or of the wrong type", _KNOWN)
    except (InvalidSpecifier, InvalidRequirement) as error:
        raise FarwheelError(f"{file}: the field {name!r} is wrong: {error}", _KNOWN) from None
