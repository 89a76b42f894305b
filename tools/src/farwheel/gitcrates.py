"""Crates that a Cargo.lock takes from git: their repositories' trees as pins."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from farwheel import mirrors, trees
from farwheel.errors import FarwheelError
from farwheel.pins import Pin

PREFIX = "git+"


@dataclass(frozen=True)
class Source:
    """A commit: `name` as Cargo.lock spells it, the crates taken from it ("leaf-1.0.0"), the tree."""

    name: str
    crates: list[str]
    pin: Pin

    def to_json(self) -> dict[str, Any]:
        """An entry of the field `cargo.git` of a pin.json."""
        return {"source": self.name, "crates": self.crates, **self.pin.to_json()}


def pin(packages: Iterable[Mapping[str, Any]], where: str) -> list[Source]:
    """What packages of a Cargo.lock come from git, sorted. FarwheelError for what is not on GitHub."""
    found: dict[str, list[str]] = {}
    for package in packages:
        name = package.get("source", "")
        if name.startswith(PREFIX):
            found.setdefault(name, []).append(f"{package['name']}-{package['version']}")
    return [
        Source(name, sorted(crates), _tree(name, crates, where)) for name, crates in sorted(found.items())
    ]


def _tree(name: str, crates: list[str], where: str) -> Pin:
    url, _, commit = name.removeprefix(PREFIX).partition("#")
    repository = trees.of_url(url.partition("?")[0])
    if not (repository and commit):
        raise FarwheelError(
            f"{where} takes {', '.join(crates)} from {mirrors.shown(url)}; of git only GitHub can be pinned",
            "take a release of the package that depends on released crates, or ask the project for one",
        )
    return trees.prefetch(repository, commit).pin
