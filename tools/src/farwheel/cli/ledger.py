"""`farwheel ledger`: which bytes each wheel has."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from farwheel.cli.options import Cores, Json, Pythons, Targets, print_json

ledger = typer.Typer(
    help="Which bytes each wheel has: pkgs/NAME/wheels.json.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@ledger.command()
def update(
    targets: Targets,
    python: Pythons = None,
    tests: Annotated[
        bool, typer.Option("--tests", help="Run upstream's tests, and keep their receipts.")
    ] = False,
    vectors: Annotated[
        bool,
        typer.Option("--vectors", help="Run their core on a CPU with vectors, and keep its receipt beside."),
    ] = False,
    cores: Cores = 0,
) -> None:
    """Build wheels and write them into their ledgers; prints the names of the new ones.

    A wheel that a ledger holds with other bytes is refused. With --tests, and with --vectors, only those are
    written whose tests pass; exit code 1 when some do not.
    """
    from farwheel import builder, nix, records, suites
    from farwheel.errors import UsageError
    from farwheel.targets import parse

    if tests and vectors:
        raise UsageError("--tests and --vectors exclude each other", "the baseline CPU comes first: --tests")
    nix.ensure()
    effort = builder.Effort(cores=cores, keep_going=True)
    chosen = parse(targets, python or ())
    if vectors:
        ran = suites.run(chosen, "tests.vectors", cores)
        records.on_vectors(ran.receipts, effort)
        if ran.error:
            raise ran.error
        return
    done = suites.run(chosen, "tests", cores) if tests else suites.Suites({})
    if tests:
        chosen = list(done.receipts)
    new = records.update(chosen, effort, done.receipts)
    sys.stdout.writelines(f"{name}\n" for name in new)
    if done.error:
        raise done.error


@ledger.command()
def show(targets: Targets, python: Pythons = None, as_json: Json = False) -> None:
    """What the ledgers hold of these targets: sha256, how often reproduced, tests."""
    from dataclasses import asdict

    from farwheel import ledger as book
    from farwheel import records
    from farwheel.targets import parse

    wanted = parse(targets, python or ())
    rows = {
        name: entry
        for package in dict.fromkeys(target.name for target in wanted)
        for name, entry in book.load(records.path(package)).items()
        if any(
            (t.name, t.architecture) == (package, entry.architecture) and t.python in entry.pythons
            for t in wanted
        )
    }
    if as_json:
        print_json({n: asdict(e) for n, e in rows.items()}, sort_keys=True)
        return
    if not rows:
        sys.stderr.write("farwheel: no wheel of these is on record\n")
    for name, entry in rows.items():
        variations = ", ".join(past.variation for past in entry.reproduced) or "never"
        passed = f"{entry.tests['counts'].get('passed', 0)} tests passed" if entry.tests else "not tested"
        sys.stdout.write(f"{entry.sha256}  {name}  reproduced: {variations}; {passed}\n")


@ledger.command()
def missing(
    wheels: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the wheels are.")] = Path(
        "wheelhouse"
    ),
    as_json: Json = False,
) -> None:
    """Print what must be built so that FOLDER has every wheel of the current versions that a ledger holds.

    The names are those that `build` takes: `ledger missing | xargs -r farwheel build`. JSON has them
    by package.
    """
    from farwheel import nix, records

    nix.ensure()
    targets = records.missing(wheels)
    if as_json:
        names = dict.fromkeys(target.name for target in targets)
        grouped = {name: [str(one) for one in targets if one.name == name] for name in names}
        print_json(grouped)
        return
    sys.stdout.writelines(f"{target}\n" for target in targets)


@ledger.command()
def status() -> None:
    """Write docs/status.md anew, which writing a ledger does too; prints it."""
    from farwheel import nix
    from farwheel import status as pages

    pages.refresh(nix.REPOSITORY)
    sys.stdout.write(pages.page(nix.REPOSITORY / "pkgs"))
