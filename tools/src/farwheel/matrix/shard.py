"""One shard of a CI run: built, tested, judged, and what came of it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from farwheel import builder, compare, nix, records, suites, wheelhouse
from farwheel.derivation import short_name
from farwheel.errors import FarwheelError
from farwheel.files import sha256_of
from farwheel.matrix.jobs import Changes, Job, package, target
from farwheel.targets import Target
from farwheel.verify import allowances, verify


@dataclass(frozen=True)
class Wheel:
    """A wheel as built: `ledger` is `same`, `new` or `OTHER BYTES`; `broken` are the rules that it fails."""

    file: str
    size: int
    sha256: str
    ledger: str
    broken: tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """For a reviewer: wheels, receipts (a line each), names of what else was built, and what failed."""

    wheels: tuple[Wheel, ...] = ()
    receipts: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    problems: tuple[FarwheelError, ...] = ()


def first(derivations: Iterable[str], effort: builder.Effort) -> Evidence:
    """Build what several shards need."""
    built = builder.attempt(list(derivations), effort)
    problems = (built.error,) if built.error else ()
    return Evidence(others=tuple(map(short_name, built.outputs)), problems=problems)


def run(changes: Changes, jobs: Iterable[Job], folder: Path, effort: builder.Effort) -> Evidence:
    """Build and test these jobs; the wheels go into `folder`. What fails takes nothing from the others."""
    leaves = [leaf for job in jobs for leaf in job.leaves]
    drvs = {leaf: changes.leaves[leaf].drv for leaf in leaves}
    tests = [drv for leaf, drv in drvs.items() if leaf.startswith("tests.")]
    # A suite has workers of its own, so suites take turns.
    attempts = [
        builder.attempt([drv for drv in drvs.values() if drv not in tests], effort),
        builder.attempt(tests, builder.Effort(cores=effort.cores, jobs=1, keep_going=True)),
    ]
    problems = [attempt.error for attempt in attempts if attempt.error]
    there = {drv for attempt in attempts for drv in attempt.outputs}
    built = [leaf for leaf, drv in drvs.items() if drv in there]
    wheels, refused = list[Wheel](), list[FarwheelError]()
    # A wheel for the stable ABI is one, however many CPythons it serves.
    made = {changes.leaves[leaf].out: package(leaf) for leaf in built if leaf.startswith("wheels.")}
    for output, name in made.items():
        try:
            wheel, more = _judged(name, Path(output), folder)
        except FarwheelError as error:
            refused.append(error)
        else:
            wheels.append(wheel)
            refused += more
    return Evidence(
        tuple(wheels),
        tuple(_receipt(leaf, changes) for leaf in built if leaf.startswith("tests.")),
        tuple(leaf for leaf in built if leaf.startswith(("checks.", "smoke."))),
        (*problems, *refused),
    )


def _judged(name: str, output: Path, folder: Path) -> tuple[Wheel, list[FarwheelError]]:
    wheel = wheelhouse.wheel_of(str(output))
    allowed = allowances.of(nix.REPOSITORY / "pkgs" / name)
    report = verify(wheel, allowances.read(allowed))
    broken = [rule for rule in report.findings if report.status(rule) == "FAIL"] + ["refused"] * bool(
        report.refused
    )
    problems = []
    if broken:
        option = f"--allow {allowed} " if allowed else ""
        hint = f"tools/farwheel verify {option}{wheel} tells more"
        problems.append(FarwheelError(f"{wheel.name} breaks the rules {', '.join(broken)}", hint))
    try:
        ledger = "same" if records.check(name, wheel, folder, compare.report) else "new"
        wheelhouse.put(wheel, folder, force=False)
    except FarwheelError as error:
        ledger = "OTHER BYTES"
        problems.append(error)
    return Wheel(wheel.name, wheel.stat().st_size, sha256_of(wheel), ledger, tuple(broken)), problems


def _receipt(leaf: str, changes: Changes) -> str:
    folder, _, python = target(leaf).rpartition(".")
    name, _, architecture = folder.rpartition("-")
    said = json.loads(Path(changes.leaves[leaf].out, "receipt.json").read_text("utf-8"))
    return suites.line(Target(name, architecture, python), said)


def markdown(title: str, evidence: Evidence) -> str:
    """The evidence as GitHub-flavoured Markdown, which is a table for people without it, too."""
    lines = [f"## {title}", ""]
    if evidence.wheels:
        lines += ["| wheel | bytes | ledger | verify | sha256 |", "| --- | ---: | --- | --- | --- |"]
        lines += [
            f"| {w.file} | {w.size} | {w.ledger} | {', '.join(w.broken) or 'ok'} | `{w.sha256}` |"
            for w in evidence.wheels
        ]
        lines.append("")
    lines += [f"- tests of {line}" for line in evidence.receipts]
    lines += [f"- built: {name}" for name in evidence.others]
    lines += [f"- **{problem.message.splitlines()[0]}**" for problem in evidence.problems]
    return "\n".join(lines).rstrip("\n") + "\n"
