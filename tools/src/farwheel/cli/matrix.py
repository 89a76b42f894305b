"""`farwheel matrix`: the jobs of a CI run."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from farwheel.cli.options import Cores, Jobs, Json, print_json
from farwheel.errors import UsageError

if TYPE_CHECKING:
    from farwheel.matrix.jobs import Changes
    from farwheel.matrix.shards import Plan


def matrix(
    changed_since: Annotated[
        str, typer.Option(metavar="REV", help="Jobs are what has other outputs than at this commit.")
    ],
    shards: Annotated[
        int, typer.Option(metavar="N", min=0, help="At most so many; 0 means one for each half hour of work.")
    ] = 0,
    run: Annotated[
        str, typer.Option(metavar="first|K", help="Do this part, and print what came of it as Markdown.")
    ] = "",
    output: Annotated[Path, typer.Option("--output", "-o", help="With --run: where the wheels go.")] = Path(
        "wheelhouse"
    ),
    cores: Cores = 0,
    jobs: Jobs = 0,
    as_json: Json = False,
) -> None:
    """Share out what changed since a commit: wheels, their tests, checks; by derivation, not by file.

    Prints the shards with their jobs and estimated minutes (from the ledgers, or as measured once on two
    cores), and under "first" what several of them need, so that nothing is built twice. Both commits are
    evaluated, uncommitted changes count as now. The same commits and N give the same shards on every machine:
    each runs its own with --run K. Upstream's tests are part of it where they passed once. Exit code 1 when
    something that --run did failed.
    """
    from farwheel import nix
    from farwheel.cli import places
    from farwheel.matrix.estimate import Estimates
    from farwheel.matrix.jobs import changed
    from farwheel.matrix.shards import plan

    if run and as_json:
        raise UsageError("--json does not go with --run", "what came of it is told as Markdown")
    if run:
        places.folder("--output", output)
    nix.ensure()
    changes = changed(changed_since)
    chosen = plan(changes, Estimates(changes.leaves, changes.ledgers).seconds, shards)
    if run:
        _run(changes, chosen, run, output, cores=cores, jobs=jobs)
    elif as_json:
        print_json(_plain(changes, chosen))
    else:
        _table(chosen)


def _run(changes: "Changes", plan: "Plan", which: str, output: Path, *, cores: int, jobs: int) -> None:
    from farwheel import builder
    from farwheel.matrix import shard

    effort = builder.Effort(cores=cores, jobs=jobs, keep_going=True)
    numbers = [str(number) for number, _ in enumerate(plan.shards, 1)]
    if which == "first":
        evidence = shard.first(plan.first, effort)
    elif which in numbers:
        evidence = shard.run(changes, plan.shards[int(which) - 1].jobs, output, effort)
    else:
        raise UsageError(f"there is no shard {which!r}", f"there are: {' '.join(['first', *numbers])}")
    title = "What several shards need" if which == "first" else f"Shard {which} of {len(numbers)}"
    sys.stdout.write(shard.markdown(title, evidence))
    for problem in evidence.problems[:-1]:
        sys.stderr.writelines(problem.lines())
    if evidence.problems:
        raise evidence.problems[-1]


def _minutes(seconds: float) -> float:
    return round(seconds / 60, 1)


def _plain(changes: "Changes", plan: "Plan") -> dict[str, object]:
    return {
        "changed_since": changes.since,
        "first": {"minutes": _minutes(plan.first_seconds), "derivations": plan.first},
        "shards": [
            {
                "shard": number,
                "minutes": _minutes(shard.seconds),
                "jobs": [
                    {"name": job.name, "minutes": _minutes(plan.seconds[job]), "attributes": job.leaves}
                    for job in shard.jobs
                ],
            }
            for number, shard in enumerate(plan.shards, 1)
        ],
    }


def _table(plan: "Plan") -> None:
    from farwheel.derivation import short_name

    rows = [
        (f"shard {number}", shard.seconds, [job.name for job in shard.jobs])
        for number, shard in enumerate(plan.shards, 1)
    ]
    if plan.first:
        rows.insert(0, ("first", plan.first_seconds, [short_name(drv) for drv in plan.first]))
    for name, seconds, words in rows:
        sys.stdout.write(f"{name:8}  {_minutes(seconds):6.1f} min  {' '.join(words)}\n")
    sys.stderr.write(f"farwheel: {sum(len(shard.jobs) for shard in plan.shards)} jobs\n")
