"""What is to be done with a package, which follows from upstream, its branch and its pull requests alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from packaging.version import Version

from farwheel.bump.pulls import Pull
from farwheel.bump.record import BRANCHES, Record, Tip
from farwheel.standing import Standing

_MOVED = "the main branch moved on, and the two cannot be merged"


class Do(StrEnum):
    """What to do."""

    NOTHING = "nothing"
    LEAVE = "leave"  # to the person who works on it
    MAKE = "make"  # lock, build and prove anew
    SHOW = "show"  # make the pull request what the commit says
    CLOSE = "close"
    WARN = "warn"  # there is nothing to do here, and something for a person


@dataclass(frozen=True)
class Decision:
    """What to do, and why in words; with MAKE the version to go to, or `retire`.

    `warning` is what is wrong with what we ship, and what a person can do about it.
    """

    do: Do
    why: str
    goal: Version | None = None
    retire: bool = False
    warning: str = ""


@dataclass(frozen=True)
class Situation:
    """One package: its branch's `tip`, its open pull request, the closed ones (newest first).

    `architectures` are those that we make wheels for, `retired` is why the package gets no new ones, "" if it
    does. Of the tip: it `conflicts` with the main branch, was merged (`spent`), or its release is `gone`.
    """

    standing: Standing
    architectures: frozenset[str]
    tip: Tip | None = None
    open: Pull | None = None
    closed: Sequence[Pull] = ()
    retired: str = ""
    conflicts: bool = False
    spent: bool = False
    gone: bool = False


def decide(now: datetime, it: Situation, *, again: bool = False) -> Decision:
    """See above. `again`: also what failed lately, and what somebody closed."""
    decision, warning = _decide(now, it, again=again), _warning(it)
    do = Do.WARN if warning and decision.do is Do.NOTHING else decision.do
    return replace(decision, do=do, warning=warning)


def _warning(it: Situation) -> str:
    """What was taken back, and vulnerabilities that no bump mends, unless a hold says that a person knows."""
    standing, said = it.standing, [it.standing.taken_back]
    mended = standing.security and not it.retired
    if standing.advisories and standing.offered and not mended and not _hold(it):
        known = " ".join(one.id for one in standing.advisories)
        said.append(
            f"no release that can be taken is without {known} of {standing.ours}:"
            f" yank it ({standing.yanks}), or say why not (hold in the recipe)"
        )
    return "; ".join(filter(None, said))


def _decide(now: datetime, it: Situation, *, again: bool) -> Decision:
    standing = it.standing
    if it.tip and not it.tip.record and not it.spent:
        return Decision(Do.LEAVE, f"{BRANCHES}{standing.name} has commits of somebody else")
    record = it.tip.record if it.tip and not it.spent else None
    if standing.trouble:
        return Decision(Do.NOTHING, standing.trouble)
    served = bool(it.architectures) and it.architectures <= standing.covered.keys()
    if served and not it.retired and (again or not _wanted(it)):
        return _towards(now, it, record, standing.ours, retire=True, again=again)
    if record and not it.retired and _stays(record, standing):
        return _towards(now, it, record, record.version, again=again)
    if standing.take is None or it.retired:
        why = it.retired or standing.held or "nothing newer"
        return Decision(Do.CLOSE, _obsolete(record, it)) if record else Decision(Do.NOTHING, why)
    return _towards(now, it, record, standing.take, again=again)


def _stays(record: Record, standing: Standing) -> bool:
    """Whether the branch has the newest release, of which the cooldown is only now thought to apply.

    Whether a release mends a vulnerability is not always told: what was begun because of it is gone on with.
    """
    cooling = (standing.held or "").startswith("cooldown")
    return cooling and not record.retire and record.version == standing.newest


def _obsolete(record: Record, it: Situation) -> str:
    standing = it.standing
    if it.retired:
        return it.retired
    if record.retire:
        unserved = f"upstream's wheels of {standing.newest} do not serve all of ours any more"
        return _hold(it) or ("somebody closed it" if _wanted(it) else unserved)
    if record.version <= standing.ours:
        return f"the main branch has {standing.ours} by now"
    if standing.held and not standing.held.startswith("cooldown"):
        return standing.held
    return f"upstream took {record.new} back"


def _wanted(it: Situation) -> bool:
    """Whether a person wants it built all the same: by a hold, or by closing what would retire it."""
    return bool(_hold(it)) or any(_refused(pull, it.standing.ours, retire=True) for pull in it.closed)


def _hold(it: Situation) -> str:
    held = it.standing.held or ""
    return held if held.startswith("hold") else ""


def _towards(
    now: datetime, it: Situation, record: Record | None, goal: Version, *, again: bool, retire: bool = False
) -> Decision:
    make = Decision(Do.MAKE, f"to {goal}" if not retire else "upstream has wheels of its own", goal, retire)
    if again:
        return make
    if brake := _brake(now, it, record, goal, retire=retire):
        return brake
    if record is None or record.version != goal or record.retire != retire:
        return make
    if it.conflicts:
        return replace(make, why=_MOVED)
    return _failed(now, it, record, make) if record.failure else Decision(Do.SHOW, "made already")


def _brake(
    now: datetime, it: Situation, record: Record | None, goal: Version, *, retire: bool
) -> Decision | None:
    """Why a goal is not gone for: a person refused it, or it failed lately, beside what is open."""
    if it.open is None:
        refused = next((pull for pull in it.closed if _refused(pull, goal, retire=retire)), None)
        if refused is None and record and (record.version, record.retire) == (goal, retire):
            # A person's words may have taken the place of the marker: then the commit tells what it was for.
            refused = next((pull for pull in it.closed if it.tip and _unmarked(pull, it.tip)), None)
        return Decision(Do.NOTHING, f"somebody closed {refused.url} unmerged") if refused else None
    failed = it.open.marker.failed.get(str(goal)) if it.open.marker else None
    if not failed or not failed.rests(now):
        return None
    if it.gone:
        return Decision(Do.CLOSE, "upstream took it back")
    if it.conflicts and record:
        return Decision(Do.MAKE, _MOVED, record.version)
    return Decision(Do.SHOW, f"{goal} failed lately, on {failed.at[:10]}")


def _failed(now: datetime, it: Situation, record: Record, make: Decision) -> Decision:
    marker, failure = it.open.marker if it.open else None, record.failure
    if not (failure and marker and it.tip and marker.head == it.tip.sha):
        return replace(make, why="it failed, and its log was never shown")
    if failure.rests(now):
        return Decision(Do.SHOW, f"it failed lately, on {failure.at[:10]}")
    return replace(make, why=f"it failed {failure.tries} times so far")


def _unmarked(pull: Pull, tip: Tip) -> bool:
    return not (pull.merged or pull.marker) and pull.head == tip.sha


def _refused(pull: Pull, goal: Version, *, retire: bool) -> bool:
    """Whether a person closed a pull request for this, without merging it."""
    marker = pull.marker
    if pull.merged or not marker or marker.closed:
        return False
    return marker.retire == retire and Version(marker.new) == goal
