"""Building and proving a package in a working tree, by our own verbs: the part of a bump that takes long."""

import json
from pathlib import Path
from typing import Any, Protocol

from farwheel import ledger
from farwheel.bump import facts, verbs
from farwheel.bump.body import Evidence, Failure
from farwheel.errors import FarwheelError


class Prover(Protocol):
    """Whoever builds."""

    def before(self, tree: Path, name: str, version: str) -> facts.Wheels:
        """What our wheels are now, before the pin moves."""

    def after(self, tree: Path, name: str, version: str, evidence: Evidence) -> None:
        """Build, judge, test and reproduce what the pin says now; fill the ledger and the evidence.

        VerbError when the release is no good.
        """


class ByVerbs:
    """As a person would do it by hand."""

    def before(self, tree: Path, name: str, version: str) -> facts.Wheels:
        """From the store, a cache, or built again; without wheels only sizes and tests can be compared.

        Nothing is built for a ledger that has nothing to compare with.
        """
        book = _book(tree, name)
        if not ledger.current(book, version):
            return {}
        try:
            built = _build(tree, name)
        except FarwheelError:
            built = []
        return facts.of(book, version, built)

    def after(self, tree: Path, name: str, version: str, evidence: Evidence) -> None:
        """See `Prover`."""
        built = _build(tree, name)
        files = sorted({row["path"] for row in built})
        allowed = tree / "pkgs" / name / "verify.json"
        exceptions = ("--allow", str(allowed)) if allowed.exists() else ()
        verbs.run(tree, "verify", "verify", *exceptions, *files)
        verbs.run(tree, "test", "ledger", "update", "--tests", name)
        evidence.reproduced = _reproduced(tree, name)
        evidence.after = facts.of(_book(tree, name), version, built)
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


def _book(tree: Path, name: str) -> ledger.Ledger:
    return ledger.load(tree / "pkgs" / name / "wheels.json")


def _build(tree: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(verbs.run(tree, "build", "build", "--json", name))
    return rows
