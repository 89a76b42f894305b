"""Jobs shared out so that all shards end at about the same time and none builds what another one builds."""

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from farwheel.matrix.jobs import Changes, Job

# A runner of its own costs minutes before it begins.
_WORTH_A_SHARD = 30 * 60

Needs = dict[Job, frozenset[str]]
Seconds = Callable[[str], float]


@dataclass(frozen=True)
class Shard:
    """What one machine does, and the seconds that it is expected to take."""

    jobs: tuple[Job, ...]
    seconds: float


@dataclass(frozen=True)
class Plan:
    """`first` are the derivations that several shards need, to be built before any of them begins.

    `seconds` is what each job takes by itself once they are there.
    """

    first: tuple[str, ...]
    first_seconds: float
    shards: tuple[Shard, ...]
    seconds: dict[Job, float]


def plan(changes: Changes, seconds: Seconds, count: int = 0) -> Plan:
    """At most `count` shards, or with 0 one for each half hour of work; none of them without a job.

    The longest job is placed first, each where least is to be done; what several shards need comes out of
    them. The same changes always give the same plan.
    """
    needs = {
        job: frozenset[str]().union(*map(changes.graph.needed, changes.derivations(job)))
        for job in changes.jobs
    }
    total = _sum(frozenset[str]().union(*needs.values()), seconds)
    # What was built already below other jobs, and is a job by itself now, takes no time.
    wanted = count or max(1, math.ceil(total / _WORTH_A_SHARD))
    placed = [shard for shard in _placed(needs, seconds, wanted) if shard]
    whole = [frozenset[str]().union(*(needs[job] for job in shard)) for shard in placed]
    users = Counter(drv for needed in whole for drv in needed)
    common = frozenset(drv for drv, number in users.items() if number > 1)
    return Plan(
        tuple(sorted(_tops(common, changes.graph.inputs))),
        _sum(common, seconds),
        tuple(
            Shard(tuple(sorted(shard)), _sum(needed - common, seconds))
            for shard, needed in zip(placed, whole, strict=True)
        ),
        {job: _sum(needed - common, seconds) for job, needed in needs.items()},
    )


def _placed(needs: Needs, seconds: Seconds, count: int) -> list[list[Job]]:
    users = Counter(drv for needed in needs.values() for drv in needed)
    alone = {
        job: _sum(frozenset(drv for drv in needed if users[drv] == 1), seconds)
        for job, needed in needs.items()
    }
    shards: list[list[Job]] = [[] for _ in range(count)]
    loads = [0.0] * count
    for job in sorted(needs, key=lambda job: (-alone[job], job)):
        least = loads.index(min(loads))
        shards[least].append(job)
        loads[least] += alone[job]
    return shards


def _tops(common: frozenset[str], inputs: Callable[[str], Iterable[str]]) -> frozenset[str]:
    """Those that no other of them is made from: building these builds all."""
    return common - frozenset(below for drv in common for below in inputs(drv))


def _sum(derivations: frozenset[str], seconds: Seconds) -> float:
    return math.fsum(map(seconds, derivations))
