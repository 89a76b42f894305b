"""Building and proving a package in a working tree, by our own verbs: the part of a bump that takes long."""

import json
from pathlib import Path
from typing import Protocol

from farwheel import ledger
from farwheel.bump import facts, verbs
from farwheel.bump.body import Evidence, Failure
from farwheel.pins import read_json
from farwheel.verify import allowances


class Prover(Protocol):
    """Whoever builds."""

    def prove(self, tree: Path, name: str, version: str, evidence: Evidence) -> None:
        """Build, judge, test and reproduce what the pin says now; fill the ledger and the evidence.

        VerbError when the release is no good.
        """


class ByVerbs:
    """As a person would do it by hand."""

    def prove(self, tree: Path, name: str, version: str, evidence: Evidence) -> None:
        """See `Prover`."""
        rows = json.loads(verbs.run(tree, "build", "build", "--json", name))
        files = sorted({row["path"] for row in rows})
        allowed = allowances.of(tree / "pkgs" / name)
        exceptions = ("--allow", str(allowed)) if allowed else ()
        verbs.run(tree, "verify", "verify", *exceptions, *files)
        verbs.run(tree, "test", "ledger", "update", "--tests", name)
        if allowed and "isa" in read_json(allowed):
            # What is chosen at run time the baseline CPU never runs. It is the same for every CPython.
            newest = max(row["python"] for row in rows)
            verbs.run(tree, "vectors", "ledger", "update", "--vectors", f"{name}.{newest}")
        evidence.reproduced = _reproduced(tree, name)
        evidence.after = facts.of(ledger.load(tree / "pkgs" / name / "wheels.json"), version)
        if not evidence.after:
            raise verbs.VerbError(Failure("ledger", f"it holds no wheel of {name} {version}"))


def _reproduced(tree: Path, name: str) -> list[str]:
    said = verbs.run(tree, "reproduce", "reproduce", "--record", "--json", name, fine=(0, 1))
    rows = json.loads(said)
    if other := [row for row in rows if not row["same"]]:
        message = ", ".join(f"{row['file']} has other bytes ({row['variation']})" for row in other)
        log = [line for row in other for line in (row["file"], *row["difference"].splitlines())]
        raise verbs.VerbError(Failure("reproduce", message, log))
    return sorted({row["variation"] for row in rows})
