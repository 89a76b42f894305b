"""What a run is told: the JSON file that the derivation writes."""

import json
import re
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from errors import RunError

CLASSES = ("emulator", "root", "time", "wheel")


def glob(text: str) -> re.Pattern[str]:
    """A glob as an expression: * and ? are wild, all else is literal, for ids are full of brackets."""
    wild = {"*": ".*", "?": "."}
    parts = (wild.get(part, re.escape(part)) for part in re.split(r"([*?])", text))
    return re.compile("".join(parts) + r"\Z", re.DOTALL)


@dataclass(frozen=True)
class LeftOut:
    """Tests that are known not to pass here: which, whose fault it is, how one knows, whether to try."""

    test: str
    kind: str
    why: str
    run: bool

    @property
    def pattern(self) -> re.Pattern[str]:
        """Which tests it means."""
        return glob(self.test)


@dataclass(frozen=True)
class Config:
    """One run. Times are seconds; `timeout` is for a test, `budget` for everything, None for no limit.

    A worker that says nothing for `timeout` and `grace` is ended. `beyond`: tests that the budget does not
    suffice for are an "error", are left ("cut"), or are left and what runs is drawn over all modules
    ("sample"). `early`: globs of tests to begin with: they take minutes, and the last one would be waited for
    by all other workers, or others spoil what they test. `work` must not exist, or be empty: each worker gets
    a folder in there.
    """

    name: str
    tests: list[str]
    source: Path | None = None
    core: list[str] | None = None
    run: str = "full"
    options: list[str] = field(default_factory=list)
    workers: int = 1
    timeout: float = 300
    grace: float = 60
    budget: float | None = None
    beyond: Literal["error", "cut", "sample"] = "error"
    seed: int = 0
    early: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    conditions: dict[str, Any] = field(default_factory=dict)
    work: Path = Path("/build/work")

    @property
    def selection(self) -> list[str]:
        """The pytest arguments that select."""
        return self.tests if self.run == "full" or self.core is None else self.core


def read(path: Path) -> Config:
    """Read and check a configuration; RunError when it says what makes no sense."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{path} cannot be read: {error}") from None
    known = {f.name for f in fields(Config)}
    needed = {f.name for f in fields(Config) if f.default is MISSING and f.default_factory is MISSING}
    for names, what in ((data.keys() - known, "knows no"), (needed - data.keys(), "needs")):
        if names:
            raise RunError(f"{path}: a run {what} {', '.join(sorted(names))}")
    data["left_out"] = [_left_out(entry, path) for entry in data.get("left_out", [])]
    data["source"] = Path(data["source"]) if data.get("source") else None
    data["work"] = Path(data.get("work", Config.work))
    config = Config(**data)
    if config.run not in {"full", "core"} or (config.run == "core" and not config.core):
        raise RunError(f'{path}: run is "full", or "core" where there is a core')
    if config.workers < 1 or config.timeout <= 0:
        raise RunError(f"{path}: workers and timeout are at least 1")
    return config


def _left_out(entry: dict[str, Any], path: Path) -> LeftOut:
    try:
        kind = entry["class"]
        found = LeftOut(entry["test"], kind, entry["why"], entry.get("run", kind != "time"))
    except KeyError as missing:
        raise RunError(f"{path}: {entry} lacks {missing}") from None
    if kind not in CLASSES or not found.why.strip():
        raise RunError(f"{path}: {found.test} needs a class ({', '.join(CLASSES)}) and why it is left out")
    if kind == "time" and found.run:
        raise RunError(f"{path}: {found.test} takes too long, so it cannot be run")
    return found
