"""One package: what is there, what is decided, and doing it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from packaging.version import Version

from farwheel import ledger, releases, status
from farwheel.bump import body, mirror
from farwheel.bump import make as making
from farwheel.bump.body import Evidence
from farwheel.bump.decide import Decision, Do, Situation, decide
from farwheel.bump.git import Git, Seen
from farwheel.bump.make import Maker
from farwheel.bump.pulls import Pull, Pulls
from farwheel.bump.record import Failure, Record, Tip
from farwheel.bump.row import Row
from farwheel.standing import Standing


@dataclass(frozen=True)
class Means:
    """What a run works with.

    `pulls` is None where GitHub is not asked. A `dry` run writes to neither git nor GitHub; `again` makes
    anew what would rest; `may_make` says whether one more may be built, and counts it.
    """

    git: Git
    seen: Seen
    tree: Path
    pulls: Pulls | None
    maker: Maker
    now: datetime
    may_make: Callable[[], bool]
    dry: bool = False
    again: bool = False


@dataclass(frozen=True)
class Package:
    """A package as upstream, its branch and its open pull request have it."""

    means: Means
    standing: Standing
    open: Pull | None

    @property
    def _git(self) -> Git:
        return self.means.git

    @property
    def _tip(self) -> Tip | None:
        return self.means.seen.tips.get(self.standing.name)

    def row(self, row: Row) -> Row:
        """Do what has to be done."""
        it = self._situation()
        note = self._check(it)
        decision = decide(self.means.now, it, again=self.means.again)
        row = replace(row, why="; ".join(filter(None, (decision.why, note, decision.warning))))
        row = replace(row, url=self.open.url) if self.open else row
        if decision.do is Do.MAKE:
            if not self.means.may_make():
                return replace(row, did="later")
            return self._make(row, decision)
        if decision.do is Do.SHOW and self._tip:
            return self._show(row, self._tip)
        if decision.do is Do.CLOSE and self._tip:
            return self._close(row, decision, self._tip)
        if self.standing.trouble:
            return replace(row, did="trouble")
        did = {Do.LEAVE: "left", Do.WARN: "warning"}
        return replace(row, did=did.get(decision.do, "nothing"))

    def _situation(self) -> Situation:
        name, tip, standing = self.standing.name, self._tip, self.standing
        wanted = tip or standing.take or standing.covered
        asked = bool(standing.covered) if self.open else wanted
        closed = self.means.pulls.closed(name) if self.means.pulls and asked else []
        spent = bool(tip) and self.open is None and self._is_merged(tip, closed)
        book = ledger.load(self.means.tree / "pkgs" / name / "wheels.json")
        return Situation(
            standing,
            frozenset(entry.architecture for entry in book.values()),
            tip,
            self.open,
            closed,
            making.retired(self.means.tree, name),
            conflicts=bool(tip and self._git.conflicts(self.means.seen.sha, tip.sha)),
            spent=spent,
            gone=bool(tip and tip.record and not self._offered(tip.record)),
        )

    def _is_merged(self, tip: Tip | None, closed: list[Pull]) -> bool:
        merged = any(tip and pull.merged and pull.head == tip.sha for pull in closed)
        return merged or bool(tip and self._git.contains(self.means.seen.sha, tip.sha))

    def _offered(self, record: Record) -> bool:
        """Whether upstream still has the release that is on the branch."""
        if record.retire or not making.on_index(self._pin(self.means.seen.sha)):
            return True
        listed = releases.grouped(self.means.maker.upstream.index.files(record.name), record.name)
        return any(one.version == record.version and one.sdist for one in listed)

    def _check(self, it: Situation) -> str:
        """Whether upstream's files are still those that are pinned, by us and on the branch."""
        if self.standing.trouble:
            return ""
        note = self.means.maker.check(self._pin(self.means.seen.sha))
        if it.tip and it.tip.record and not it.tip.record.failure:
            self.means.maker.check(self._pin(it.tip.sha))
        return note

    def _pin(self, sha: str) -> dict[str, Any]:
        pin: dict[str, Any] = json.loads(self._git("show", f"{sha}:pkgs/{self.standing.name}/pin.json"))
        return pin

    def _make(self, row: Row, decision: Decision) -> Row:
        git, standing = self._git, replace(self.standing, take=decision.goal)
        git.reset(self.means.tree, self.means.seen.sha)
        if decision.retire:
            evidence = Evidence()
            making.retire(self.means.tree, standing)
        else:
            evidence = self.means.maker.bump(self.means.tree, standing, git.add)
        if evidence.failure:
            # Bytes that a later repair may change are no record.
            git.restore(self.means.tree, self.means.seen.sha, f"pkgs/{standing.name}/wheels.json")
            if self.means.pulls and self.open and self._keeps(decision):
                return self._beside(row, self.means.pulls, self.open, standing, evidence.failure)
        # By now it may say what was taken back.
        status.refresh(self.means.tree)
        tip = git.commit(self.means.tree, self.means.seen.sha, self._message(standing, evidence, decision))
        log = body.log(evidence.failure) if evidence.failure else ""
        if self.means.dry:
            return replace(row, did="would", title=tip.title, body=f"{tip.text}\n\n{log}".strip())
        git.push(standing.name, tip.sha, self._tip.sha if self._tip else "")
        return self._show(row, tip, log)

    def _keeps(self, decision: Decision) -> bool:
        """Whether what is on the branch is good, and better than nothing."""
        record = self._tip.record if self._tip else None
        if not record or record.failure or record.retire or record.version == decision.goal:
            return False
        conflicts = bool(self._tip and self._git.conflicts(self.means.seen.sha, self._tip.sha))
        return record.version > self.standing.ours and self._offered(record) and not conflicts

    def _beside(self, row: Row, pulls: Pulls, pull: Pull, standing: Standing, failure: body.Failure) -> Row:
        why = f"{standing.take} fails ({failure.step}); the one before it stays"
        if self.means.dry:
            return replace(row, did="would", why=why, title=pull.title, body=body.log(failure))
        goal = str(standing.take)
        before = pull.marker.failed.get(goal) if pull.marker else None
        said = f"{goal} is out, and {failure.step} fails: {body.short(failure.message)}. So this stays."
        said = f"{said}\n\n{body.log(failure)}".strip()
        mirror.beside(pulls, pull, goal, Failure.after(before, self.means.now), said)
        return replace(row, did="updated", why=why)

    def _message(self, standing: Standing, evidence: Evidence, decision: Decision) -> Callable[[str], str]:
        title = body.title(standing, retire=decision.retire, failure=evidence.failure)
        text = body.text(standing, evidence, self._git.remote, retire=decision.retire)
        new = str(decision.goal)
        old = self._tip.record if self._tip else None
        failure = None
        if evidence.failure:
            again = old.failure if old and Version(old.new) == Version(new) else None
            failure = Failure.after(again, self.means.now)

        def compose(tree: str) -> str:
            record = Record(
                standing.name, str(standing.ours), new, tree, self.means.seen.sha, decision.retire, failure
            )
            return f"{title}\n\n{text}\n\n{record.line()}\n"

        return compose

    def _show(self, row: Row, tip: Tip, log: str = "") -> Row:
        if self.means.dry or not self.means.pulls or not tip.record:
            shown = self.open and self.open.marker and self.open.marker.head == tip.sha
            did = "kept" if shown else "would"
            return replace(row, did=did, title=tip.title, body=tip.text)
        did, pull = mirror.show(self.means.pulls, tip, tip.record, self.open, log)
        return replace(row, did=did, url=pull.url)

    def _close(self, row: Row, decision: Decision, tip: Tip) -> Row:
        if self.means.dry or not self.means.pulls:
            return replace(row, did="would")
        if self.open:
            mirror.close(self.means.pulls, self.open, decision.why)
        self._git.push(self.standing.name, "", tip.sha)
        return replace(row, did="closed")
