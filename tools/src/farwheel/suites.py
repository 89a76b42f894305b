"""Upstream's test suites on our wheels, run by Nix under QEMU (nix/wheel/suite.nix)."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from farwheel import builder, nix
from farwheel.errors import FarwheelError
from farwheel.targets import Target, applied


@dataclass(frozen=True)
class Suites:
    """What suites came to: the receipts of those that passed; `error` names the others, if there are any."""

    receipts: dict[Target, dict[str, Any]]
    error: FarwheelError | None = None


def part(words: list[str]) -> str:
    """The extent that pytest's words select."""
    return f"(tests.part [ {' '.join(map(nix.string, words))} ])"


def run(targets: list[Target], extent: str, cores: int = 0) -> Suites:
    """Run the suite of each target, one after another: each has a worker for all of `cores` (0: all).

    `extent` is `tests`, `tests.full`, `tests.core`, `tests.vectors` or what `part` gives. What passed before
    is not run again. One that fails, whose log is then on stderr, takes nothing from the others.
    """
    paths = applied(f"wheel: with wheel; {extent}.drvPath", targets)
    built = builder.attempt(list(paths.values()), builder.Effort(cores, jobs=1, keep_going=True))
    error = built.error
    if error:
        names = ", ".join(str(target) for target, path in paths.items() if path not in built.outputs)
        error = FarwheelError(f"no receipt for {names}: {error.message}", error.hint)
    receipts = {
        target: json.loads(Path(built.outputs[path], "receipt.json").read_text("utf-8"))
        for target, path in paths.items()
        if path in built.outputs
    }
    return Suites(receipts, error)


def line(target: Target, receipt: dict[str, Any]) -> str:
    """A receipt in one line."""
    outcomes = {name: count for name, count in receipt["counts"].items() if count and name != "total"}
    counts = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items())
    stale = f"; stale: {', '.join(receipt['stale'])}" if receipt["stale"] else ""
    cpu = receipt["conditions"]["cpu"] or "this machine's own CPU"
    return f"{target} on {cpu}: {counts} in {receipt['seconds']} s{stale}"
