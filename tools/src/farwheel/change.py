"""A machine-written file before and after: what changed, in words, and how it is written."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from farwheel.pins import read_json, write_json


@dataclass(frozen=True)
class Change:
    """A JSON file and its new content; `beside` are the texts of files that go with it (None: remove it)."""

    path: Path
    old: Any
    new: Any
    beside: Mapping[Path, str | None] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path, new: Any, beside: Mapping[Path, str | None] | None = None) -> "Change":
        """Compare with what is there; a file that is missing has the old content None."""
        # Through JSON, so that a tuple is equal to the list that it will be in the file.
        old = read_json(path) if path.exists() else None
        return cls(path, old, json.loads(json.dumps(new)), beside or {})

    @property
    def needed(self) -> bool:
        """Whether anything but the time of resolution differs."""
        return bool(_timeless(self.old) != _timeless(self.new)) or any(
            (path.read_text(encoding="utf-8") if path.exists() else None) != text
            for path, text in self.beside.items()
        )

    def lines(self) -> list[str]:
        """One line for every version that comes, goes or moves; never empty when the change is needed."""
        old, new = versions(self.old or {}), versions(self.new)
        found = []
        for name in sorted(old.keys() | new.keys()):
            if name not in old:
                found.append(f"+ {name} {new[name]}")
            elif name not in new:
                found.append(f"- {name} {old[name]}")
            elif old[name] != new[name]:
                found.append(f"  {name} {old[name]} -> {new[name]}")
        if self.needed and not found:
            found.append("  the same versions, other contents")
        return found

    def write(self) -> None:
        """Replace the file if the change is needed; its folder is made if it is missing."""
        if self.needed:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_json(self.path, self.new)
            for path, text in self.beside.items():
                if text is None:
                    path.unlink(missing_ok=True)
                else:
                    path.write_text(text, encoding="utf-8")


def versions(data: Mapping[str, Any]) -> dict[str, str]:
    """Name -> version of everything that a lock or a pin.json names."""
    found = {}
    if "name" in data:
        found[str(data["name"])] = str(data["version"])
    for entry in [*data.get("packages", ()), *data.get("wheels", ())]:
        if isinstance(entry, dict):
            found[str(entry["name"])] = str(entry["version"])
    for name, entry in data.get("sources", {}).items():
        found[name] = str(entry["version"])
    for python, closure in data.get("build", {}).items():
        for wheel in closure["native"]:
            project, version, *_ = wheel.split("-")
            found[f"{python}: {project}"] = version
    for wheel in data.get("pure", ()):
        found[wheel] = wheel.split("-")[1]
    for name, crates in _crates(data).items():
        found[f"crate {name}"] = ", ".join(crates)
    if "member" in data:
        found["seed"] = str(data["version"])
    return found


def _crates(data: Mapping[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pin in data.get("cargo", data).get("crates", ()):
        name, _, file = pin["path"].partition("/")
        found.setdefault(name, []).append(file.removeprefix(f"{name}-").removesuffix(".crate"))
    for tree in data.get("cargo", {}).get("git", ()):
        repository, _, commit = tree["path"].rpartition("/")
        found.setdefault(repository, []).append(commit[:12])
    return found


def _timeless(data: Any) -> Any:
    if not isinstance(data, dict):
        return data
    return {key: _timeless(value) for key, value in data.items() if key != "resolved"}
