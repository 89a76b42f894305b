"""`farwheel compare`: what differs between two wheels."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from farwheel.cli.options import Json, print_json
from farwheel.errors import UsageError


def compare(
    left: Annotated[Path, typer.Argument(metavar="A.whl")],
    right: Annotated[Path, typer.Argument(metavar="B.whl")],
    as_json: Json = False,
) -> None:
    """Show what differs between two wheels; exit code 1 when anything does.

    Members, modes, times, order; sections of ELF files, lines of texts. Where diffoscope is installed, it is
    asked instead, except for --json.
    """
    from farwheel import compare as comparing

    for path in (left, right):
        if not path.is_file():
            raise UsageError(f"{path} is no file", "name two wheels that are there")
    if as_json:
        listed = [asdict(difference) for difference in comparing.compare(left, right)]
        print_json(listed)
        differ = bool(listed)
    else:
        text = comparing.report(left, right)
        sys.stdout.write(text)
        differ = bool(text)
    if differ:
        raise typer.Exit(1)
