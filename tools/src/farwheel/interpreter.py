"""CPythons: which are ours, and what each of them takes: tags of wheels, Requires-Python."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.version import Version

from farwheel.pins import read_json


def versions(repository: Path) -> dict[str, str]:
    """{"cp313": "3.13.15", ...}: the CPythons that are built, and which release of each."""
    data = read_json(repository / "nix/cpython/versions.json")
    return {key: data[key]["version"] for key in sorted(data)}


def tag_of(python: str) -> str:
    """cp313 for 3.13 and 3.13.15."""
    return "cp{}{}".format(*Version(python).release[:2])


def minor(tag: str) -> str:
    """3.13 for cp313."""
    return f"{tag[2]}.{tag[3:]}"


def tags(python: str, platforms: Iterable[str]) -> tuple[Tag, ...]:
    """The tags that a CPython (3.13 or 3.13.15) takes where there are these platforms, best first."""
    version, own, there = Version(python).release[:2], tag_of(python), list(platforms)
    return *cpython_tags(version, [own], there), *compatible_tags(version, own, there)


@cache
def admits(requires_python: str, python: str) -> bool:
    """Whether a Requires-Python (">=3.12", or "") is for a whole version; what cannot be read is a yes."""
    try:
        # As clients compare: a release candidate is its release to them.
        return SpecifierSet(requires_python).contains(Version(python).base_version)
    except InvalidSpecifier:
        # pip ignores what it cannot read.
        return True
