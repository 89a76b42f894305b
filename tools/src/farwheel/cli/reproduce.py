"""`farwheel reproduce`: the same bytes under other circumstances."""

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from farwheel.cli.options import Cores, Json, Pythons, Targets, print_json

if TYPE_CHECKING:
    from farwheel.reproduce import Outcome


def reproduce(
    targets: Targets,
    python: Pythons = None,
    variation: Annotated[
        list[str] | None,
        typer.Option(metavar="again|varied|mode", help="Only this one; may be given several times."),
    ] = None,
    mode: Annotated[
        list[str] | None,
        typer.Option(metavar="disguised|accelerated|emulated", help="Only in this mode; may be given again."),
    ] = None,
    record: Annotated[bool, typer.Option(help="Note in the ledger what was reproduced.")] = False,
    by: Annotated[
        str,
        typer.Option(
            metavar="WHO", help="With --record: who reproduced it; a run on GitHub says its address."
        ),
    ] = "",
    missing: Annotated[
        bool, typer.Option("--missing", help="Only what the ledger does not note yet.")
    ] = False,
    cores: Cores = 0,
    as_json: Json = False,
) -> None:
    """Build wheels again, each under other circumstances, and compare their bytes.

    varied: one core, another day, time zone, locale, umask, kernel and order of folders. mode: the backend
    run the other way. These two are what is done unless others are asked for, at once as long as the bytes
    are the same. again: the same once more; when bytes differ it tells whether that is chance; a first build
    here of bytes that the ledger holds already counts as it too. --mode emulated is the reference: all
    programs are the target's own, its compiler too, under QEMU; it takes some ten times as long, and fetches
    150 MB at first. Exit code 1 when bytes differ; what differs is said.
    """
    from farwheel import builder, compare, nix, records
    from farwheel import reproduce as reproducing
    from farwheel.errors import UsageError
    from farwheel.targets import parse

    if by and not record:
        raise UsageError("--by is for what is noted", "say --record too")
    nix.ensure()
    for what, named, known in (
        ("variation", variation or [], reproducing.VARIATIONS),
        ("mode", mode or [], reproducing.MODES),
    ):
        if unknown := sorted(set(named) - set(known)):
            raise UsageError(f"unknown {what} {unknown[0]!r}", f"there are: {' '.join(known)}")
    asked = [*(variation or []), *(f"mode={name}" for name in mode or [])]
    chosen, rows = parse(targets, python or ()), list[reproducing.Outcome]()
    try:
        for outcome in reproducing.reproduce(
            chosen,
            asked or list(reproducing.USUAL),
            builder.Effort(cores=cores),
            compare.report,
            records.held,
            missing=missing,
        ):
            rows.append(outcome)
            if record and outcome.same:
                records.reproduced(outcome, by or _run())
            if not as_json:
                said = "same bytes" if outcome.same else "OTHER BYTES"
                sys.stdout.write(f"{said:11} {outcome.variation:13} {outcome.file} {outcome.first}\n")
                sys.stdout.write(outcome.difference and f"{outcome.difference}\n")
    finally:
        # What took hours is not lost with what fails at last.
        if as_json:
            print_json([_row(outcome) for outcome in rows])
    if missing and not rows:
        sys.stderr.write("farwheel: nothing is missing: the ledger notes all of it\n")
    if not all(outcome.same for outcome in rows):
        raise typer.Exit(1)


def _row(outcome: "Outcome") -> dict[str, object]:
    return {
        "target": str(outcome.target),
        "variation": outcome.variation,
        "file": outcome.file,
        "sha256": outcome.first,
        "same": outcome.same,
        "difference": outcome.difference,
    }


def _run() -> str:
    """The address of the run of a workflow that this is part of, by its environment; "" elsewhere."""
    parts = [os.environ.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "RUN_ID")]
    return "{}/{}/actions/runs/{}".format(*parts) if all(parts) else ""
