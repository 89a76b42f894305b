"""One bump in a working tree: the new pin, what proves it, and what there is to say about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from farwheel import ledger, lock, sdist
from farwheel.bump import facts, links
from farwheel.bump.body import Evidence, Failure
from farwheel.bump.prove import Prover
from farwheel.bump.verbs import VerbError
from farwheel.errors import FarwheelError, UnavailableError
from farwheel.index import kept
from farwheel.lock import Upstream
from farwheel.pins import Pin, read_json, write_json
from farwheel.standing import Standing


class AlteredError(FarwheelError):
    """A file of upstream's has other bytes than it had: an alarm."""


@dataclass(frozen=True)
class Maker:
    """Makes bumps: `upstream` is the package index, `prover` builds."""

    upstream: Upstream
    prover: Prover

    def bump(self, tree: Path, standing: Standing, add: Callable[[Path], None]) -> Evidence:
        """Write the new pin, the ledger and what else changes into a working tree; say how it went.

        `add` tells git of new files, which Nix would not see otherwise. What the release is to blame for is
        in the evidence; a FarwheelError is for all else.
        """
        evidence, name, step = Evidence(), standing.name, "lock"
        evidence.before = facts.of(ledger.load(tree / "pkgs" / name / "wheels.json"), str(standing.ours))
        try:
            self._lock(tree, standing, evidence)
            add(tree)
            step = "proof"
            self.prover.prove(tree, name, str(standing.take), evidence)
        except (AlteredError, UnavailableError):
            # What a machine lacks says nothing about a release.
            raise
        except VerbError as error:
            evidence.failure = error.failure
        except FarwheelError as error:
            evidence.failure = Failure(step, error.message)
        evidence.dependants = dependants(tree / "pkgs", name)
        return evidence

    def _lock(self, tree: Path, standing: Standing, evidence: Evidence) -> None:
        """As the verb `lock` does it, at the version that is to be taken."""
        change = lock.lock_package(tree, standing.name, self._noting(evidence.notes), f"=={standing.take}")
        evidence.pins = change.lines()
        change.write()
        if pins := lock.needed_to_run(tree, change.new):
            _keep(tree, pins)
        if standing.take and on_index(change.new):
            archive = self.upstream.download(Pin.from_json(change.new["sdist"], standing.name))
            evidence.links = links.of(sdist.read(archive).urls, standing.ours, standing.take)

    def _noting(self, notes: list[str]) -> Upstream:
        """The index, with what locking says of a release kept too: it is left out for cp315, because..."""

        def note(said: str) -> None:
            self.upstream.note(said)
            notes.append(said)

        return replace(self.upstream, note=note)

    def check(self, pin: Mapping[str, Any]) -> str:
        """Whether the index still has the sdist of a pin.json: a note when it has not, "" when it has.

        AlteredError when other bytes are there under its name.
        """
        if not on_index(pin):
            return ""
        name, sdist_pin = pin["name"], Pin.from_json(pin["sdist"], pin["name"])
        files = [file for file in self.upstream.index.files(name) if file.name == sdist_pin.file_name]
        for file in files:
            if file.sha256 and file.sha256 != sdist_pin.sha256:
                raise AlteredError(
                    f"{file.name} has other bytes at the package index than were pinned:\n"
                    f"  pinned: sha256 {sdist_pin.sha256}\n  now:    sha256 {file.sha256}",
                    "one name stands for one content: ask upstream, and trust neither until it is clear",
                )
        return "" if files else f"the package index has no {sdist_pin.file_name} any more"


def _keep(tree: Path, pins: list[Pin]) -> None:
    try:
        kept.more(kept.path(tree / "pkgs"), pins).write()
    except FarwheelError as error:
        raise AlteredError(error.message, error.hint) from None


def on_index(pin: Mapping[str, Any]) -> bool:
    """Whether the source of a pin.json comes from the package index."""
    return bool(pin["sdist"]["registry"] == "pypi")


def retire(tree: Path, standing: Standing) -> None:
    """Mark a package as archived (PEP 792), which the index publishes."""
    where = " and ".join(sorted(standing.covered))
    reason = f"upstream has wheels of its own for {where}, since {standing.newest} or earlier"
    write_json(tree / "pkgs" / standing.name / "status.json", {"status": "archived", "reason": reason})


def retired(tree: Path, name: str) -> str:
    """Why a package gets no new releases, by its status.json; "" if it does."""
    path = tree / "pkgs" / name / "status.json"
    data = read_json(path) if path.exists() else {}
    if data.get("status", "active") == "active":
        return ""
    return f"{data['status']}: {data.get('reason') or 'no reason given'}"


def dependants(packages: Path, name: str) -> list[str]:
    """The packages that are built with ours of this name."""
    found = []
    for path in sorted(packages.glob("*/pin.json")):
        closures = read_json(path).get("build", {}).values()
        if any(canonicalize_name(one) == name for closure in closures for one in closure["packages"]):
            found.append(path.parent.name)
    return found
