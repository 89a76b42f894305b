"""What came out of a run."""

import heapq
import json
import os
import platform
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from config import Config

_FAILURES = ("crashed", "failed", "timed_out")
_SLOWEST = 10

# Stands in the list of what is left out for a crash between tests.
AT_EXIT = "(exit)"


class Results:
    """Outcomes of the tests that were collected; a test is an index into `ids`.

    chosen: those to be run, failures: what pytest said of those that failed and are not listed.
    """

    def __init__(self, config: Config, collected: dict[str, Any]) -> None:
        self._config = config
        self.ids: list[str] = collected["tests"]
        self._version: str = collected["version"]
        self._skips = Counter(reason for _, reason in collected["skipped"])
        # Modules that skip themselves as a whole count as a test each.
        self.counts = Counter(skipped=len(collected["skipped"]))
        self._total = len(self.ids) + len(collected["skipped"])
        self._listed: dict[int, bool] = {}
        self._matched = []
        for entry in config.left_out:
            match = entry.pattern.match
            found = [test for test, name in enumerate(self.ids) if match(name)]
            self._matched.append(len(found))
            for test in found:
                self._listed[test] = self._listed.get(test, True) and entry.run
        self.chosen = [test for test in range(len(self.ids)) if self._listed.get(test, True)]
        self.counts["left_out"] = len(self.ids) - len(self.chosen)
        self.failures: list[str] = []
        self._stale: list[str] = []
        self._seconds: list[tuple[float, str]] = []
        self._run: set[int] = set()

    def add(self, test: int, outcome: str, seconds: float, reason: str, report: str) -> None:
        """One test has been run. What is listed may fail in whatever way; when it passes it is stale."""
        if test in self._run:
            return
        self._run.add(test)
        name = self.ids[test]
        if test in self._listed:
            if outcome == "passed":
                self._stale.append(name)
            elif outcome in _FAILURES:
                outcome = "xfailed"
        if outcome in _FAILURES:
            self.failures.append(report)
        if outcome == "skipped":
            self._skips[reason] += 1
        self.counts[outcome] += 1
        self._seconds.append((seconds, name))

    def add_exit(self, report: str) -> None:
        """A worker has crashed while no test ran: at the interpreter's end, most likely."""
        known = [bool(entry.pattern.match(AT_EXIT)) for entry in self._config.left_out]
        if any(known):
            # Told beside the entry, and not counted: it is no test, and would stand for one that passed.
            self._matched[known.index(True)] += 1
        else:
            self.counts["crashed"] += 1
            self.failures.append(report)

    @property
    def done(self) -> int:
        """How many tests have been run."""
        return len(self._run)

    @property
    def failed(self) -> int:
        """How many tests have failed that are not listed."""
        return sum(self.counts[outcome] for outcome in _FAILURES)

    @property
    def unmatched(self) -> list[str]:
        """Entries of the list that no test answers to. A core is too small to tell."""
        pairs = zip(self._config.left_out, self._matched, strict=True)
        missed = [entry.test for entry, count in pairs if not count and entry.test != AT_EXIT]
        return missed if self._config.run == "full" else []

    def receipt(self, seconds: float, busy: dict[str, float]) -> dict[str, Any]:
        """The receipt of a run that took so long, with what was busy for which share of the time."""
        config = self._config
        share = self.done / max(1, len(self.chosen))
        slowest = heapq.nlargest(_SLOWEST, self._seconds)
        outcomes = ("passed", "skipped", "xfailed", "left_out", *_FAILURES)
        return {
            "name": config.name,
            "version": self._version,
            "python": platform.python_version(),
            "run": config.run,
            "conditions": config.conditions,
            "counts": {outcome: self.counts[outcome] for outcome in outcomes} | {"total": self._total},
            "seconds": round(seconds),
            "share": share if share in {0, 1} else min(0.99, max(0.01, round(share, 2))),
            "seed": config.seed,
            "skips": dict(self._skips),
            "left_out": [
                {"test": e.test, "class": e.kind, "why": e.why, "run": e.run, "matched": count}
                for e, count in zip(config.left_out, self._matched, strict=True)
            ],
            "stale": sorted(self._stale),
            "slowest": [{"test": name, "seconds": round(spent, 1)} for spent, name in slowest],
            "workers": config.workers,
            "busy": busy,
        }


def text(receipt: dict[str, Any]) -> str:
    """Sorted JSON."""
    said = json.dumps(receipt, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    # A test's words may hold half of a letter, of which this makes what JSON has for it.
    return said.encode("utf-8", "backslashreplace").decode("utf-8")


def write(receipt: dict[str, Any], folder: Path) -> None:
    """Write receipt.json: whole, or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=".receipt.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text(receipt))
        Path(name).chmod(0o644)
        Path(name).replace(folder / "receipt.json")
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
