"""`farwheel build`: wheels into a folder."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from farwheel.cli.options import Cores, Jobs, Json, Pythons, Targets


def build(
    targets: Targets,
    python: Pythons = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the wheels go.")] = Path("wheelhouse"),
    cores: Cores = 0,
    jobs: Jobs = 0,
    fail_fast: Annotated[bool, typer.Option(help="Stop all builds at the first that fails.")] = False,
    force: Annotated[bool, typer.Option(help="Replace wheels of the same name with other bytes.")] = False,
    as_json: Json = False,
) -> None:
    """Build wheels, and print their paths.

    Fetches what is missing, builds, compares with the ledger, and puts the wheels into a folder. NAME alone
    means every architecture. Exit code 1 when a wheel has other bytes than its ledger holds.
    """
    from farwheel import builder, compare, nix, records, wheelhouse
    from farwheel.targets import derivations, parse

    nix.ensure()
    paths = derivations(parse(targets, python or ()))
    effort = builder.Effort(cores=cores, jobs=jobs, keep_going=not fail_fast)
    outputs, seconds = builder.build(list(paths.values()), effort)
    rows = []
    for (target, path), built in zip(paths.items(), outputs, strict=True):
        for wheel in wheelhouse.wheels(built):
            in_ledger = records.check(target.name, wheel, output, compare.report)
            copy, sha256 = wheelhouse.put(wheel, output, force=force)
            rows.append(
                {
                    "name": target.name,
                    "architecture": target.architecture,
                    "python": target.python,
                    "file": copy.name,
                    "path": str(copy.absolute()),
                    "sha256": sha256,
                    "in_ledger": in_ledger,
                    "size": copy.stat().st_size,
                    # None: it had been built before.
                    "seconds": round(seconds[path], 1) if path in seconds else None,
                }
            )
    if as_json:
        sys.stdout.write(json.dumps(rows, indent=2) + "\n")
    else:
        # A wheel for the stable ABI comes up once for each CPython.
        files = dict.fromkeys(str(output / str(row["file"])) for row in rows)
        sys.stdout.writelines(f"{path}\n" for path in files)
