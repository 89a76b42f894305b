"""`farwheel build`: wheels into a folder."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from farwheel.cli.options import AnyTargets, Cores, Jobs, Json, Pythons, print_json

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from farwheel.builder import Built
    from farwheel.targets import Target


def build(
    targets: AnyTargets = None,
    python: Pythons = None,
    everything: Annotated[bool, typer.Option("--all", help="Every package that there is.")] = False,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the wheels go.")] = Path("wheelhouse"),
    cores: Cores = 0,
    jobs: Jobs = 0,
    fail_fast: Annotated[bool, typer.Option(help="Stop all builds at the first that fails.")] = False,
    force: Annotated[bool, typer.Option(help="Replace wheels of the same name with other bytes.")] = False,
    as_json: Json = False,
) -> None:
    """Build wheels, and print their paths.

    Fetches what is missing, builds, compares with the ledger, and puts the wheels into a folder. NAME alone
    means every architecture. A build that fails keeps no other from its wheel; which came to what stands in a
    table at the end. Exit code 1 when one fails, or is refused for having other bytes than its ledger, or the
    folder, holds.
    """
    from farwheel import builder, nix, wheelhouse
    from farwheel.cli import places
    from farwheel.errors import FarwheelError, UsageError
    from farwheel.targets import derivations, packages, parse

    if everything == bool(targets):
        raise UsageError("name what to build, or say --all", "tools/farwheel list shows what there is")
    places.folder("--output", output)
    nix.ensure()
    wanted = parse(targets or packages([]), python or ())
    paths = derivations(wanted)
    built = builder.attempt(list(paths.values()), builder.Effort(cores, jobs, keep_going=not fail_fast))
    rows = []
    refused: dict[Target, FarwheelError] = {}
    for target, path in paths.items():
        if path in built.outputs:
            try:
                wheel = wheelhouse.wheel_of(built.outputs[path])
                rows.append(_put(target, wheel, output, built.seconds.get(path), force=force))
            except FarwheelError as error:
                refused[target] = error
    if as_json:
        print_json(rows)
    else:
        # A wheel for the stable ABI comes up once for each CPython.
        files = dict.fromkeys(str(output / str(row["file"])) for row in rows)
        sys.stdout.writelines(f"{path}\n" for path in files)
    # One for the stable ABI is refused once for each CPython, too.
    errors = list({each.message: each for each in (*refused.values(), built.error) if each}.values())
    if errors:
        sys.stderr.writelines(_table(paths, built, refused))
        for one in errors[:-1]:
            sys.stderr.writelines(one.lines())
        raise errors[-1]


def _put(
    target: "Target", wheel: Path, output: Path, seconds: float | None, *, force: bool
) -> dict[str, object]:
    from farwheel import compare, records, wheelhouse

    in_ledger = records.check(target.name, wheel, output, compare.report)
    copy, sha256 = wheelhouse.put(wheel, output, force=force)
    return {
        "name": target.name,
        "architecture": target.architecture,
        "python": target.python,
        "file": copy.name,
        "path": str(copy.absolute()),
        "sha256": sha256,
        "in_ledger": in_ledger,
        "size": copy.stat().st_size,
        # None: it had been built before.
        "seconds": None if seconds is None else round(seconds, 1),
    }


def _table(paths: "dict[Target, str]", built: "Built", refused: "Collection[Target]") -> "Iterator[str]":
    """A line a wheel: there before, how long it took, or that it is missing or refused."""
    width = max(len(str(target)) for target in paths)
    for target, path in paths.items():
        took = f"{built.seconds[path]:.1f} s" if path in built.seconds else "built before"
        state = "REFUSED" if target in refused else took if path in built.outputs else "MISSING"
        yield f"  {target!s:{width}}  {state}\n"
