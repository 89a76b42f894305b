"""`farwheel compare`: what differs between two wheels."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from farwheel.cli.options import Json
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
            raise UsageError(f"{path} is no file")
    if as_json:
        listed = [asdict(difference) for difference in comparing.compare(left, right)]
        text = json.dumps(listed, indent=2) + "\n"
        differ = bool(listed)
    else:
        text = comparing.report(left, right)
        differ = bool(text)
    sys.stdout.write(text)
    if differ:
        raise typer.Exit(1)
