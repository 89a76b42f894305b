"""Upstream's test suites on our wheels, run by Nix under QEMU (nix/wheel/suite.nix)."""

import json
from pathlib import Path
from typing import Any

from farwheel import builder
from farwheel.targets import Target, attributes


def run(targets: list[Target], extent: str, effort: builder.Effort) -> dict[Target, dict[str, Any]]:
    """The receipt of each target's suite; `extent` is `tests`, `tests.full`, `tests.core` or `tests.vectors`.

    What ran before is not run again. FarwheelError, with the log, when a suite fails.
    """
    paths = attributes(targets, f"{extent}.drvPath")
    outputs, _ = builder.build(list(paths.values()), effort)
    return {
        target: json.loads(Path(output, "receipt.json").read_text("utf-8"))
        for target, output in zip(paths, outputs, strict=True)
    }


def line(target: Target, receipt: dict[str, Any]) -> str:
    """A receipt in one line."""
    outcomes = {name: count for name, count in receipt["counts"].items() if count and name != "total"}
    counts = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items())
    stale = f"; stale: {', '.join(receipt['stale'])}" if receipt["stale"] else ""
    return f"{target} on {receipt['conditions']['cpu']}: {counts} in {receipt['seconds']} s{stale}"
