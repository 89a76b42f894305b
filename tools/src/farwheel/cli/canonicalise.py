"""`farwheel canonicalise`: wheels whose bytes depend on their contents only."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from farwheel.errors import UsageError


def canonicalise(
    files: Annotated[list[Path], typer.Argument(metavar="FILE.whl", help="Wheels.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A folder for the results; without it, in place.")
    ] = None,
    epoch: Annotated[
        int | None, typer.Option(metavar="SECONDS", help="The time of all members, since 1970.")
    ] = None,
) -> None:
    """Rewrite wheels canonically, as a build does, and print their paths.

    Order, times, modes, compression and RECORD are made to depend on the contents only. The time is --epoch,
    or else SOURCE_DATE_EPOCH, or else the newest of the wheel's own, so that a second run changes nothing.

    Compression is zlib's: the same contents give the same bytes where Python uses the same zlib. zlib and
    zlib-ng differ, so to compare with a build, compare contents (`farwheel compare`) or rewrite both here.
    """
    from farwheel import canonical

    for file in files:
        if not file.is_file():
            raise UsageError(f"{file} is no file", "name wheels that are there")
    seconds = _variable() if epoch is None else epoch
    if output:
        names = [file.name for file in files]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise UsageError(
                f"{output / twice[0]} would be written twice", "give each an --output of its own"
            )
        output.mkdir(parents=True, exist_ok=True)
    for file in files:
        target = output / file.name if output else file
        canonical.canonicalise(file, target, seconds)
        sys.stdout.write(f"{target}\n")


def _variable() -> int | None:
    text = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        return int(text) if text else None
    except ValueError:
        raise UsageError(f"SOURCE_DATE_EPOCH is {text!r}, which is no number of seconds") from None
