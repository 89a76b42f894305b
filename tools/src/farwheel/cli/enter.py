"""`farwheel enter`: a shell where a recipe is built."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from farwheel.errors import UsageError


def enter(
    target: Annotated[str, typer.Argument(metavar="NAME-ARCH[.CPYTHON]")],
    command: Annotated[
        list[str] | None,
        typer.Argument(metavar="[-- COMMAND...]", help="Run this in there instead of a shell."),
    ] = None,
    python: Annotated[
        str | None, typer.Option(metavar="cp314", help="For this CPython; the oldest one if it is not said.")
    ] = None,
    workdir: Annotated[
        Path | None, typer.Option(help="The build folder, kept; otherwise a new one in the temporary folder.")
    ] = None,
) -> None:
    """Open a shell inside the build root of a recipe, its sources unpacked, everything on PATH."""
    from farwheel import builder, nix
    from farwheel.become import become
    from farwheel.cli import places
    from farwheel.targets import attributes, parse

    if workdir:
        places.folder("--workdir", workdir)
    nix.ensure()
    chosen = parse([target], [python] if python else [])
    if len({one.architecture for one in chosen}) > 1:
        raise UsageError(f"{target}: say for which architecture", f"for example: {chosen[0].folder}")
    (derivation,) = attributes(chosen[:1], "enter.drvPath").values()
    (script,), _ = builder.build([derivation], builder.Effort())
    folder = str(workdir.absolute()) if workdir else tempfile.mkdtemp(prefix=f"farwheel-{chosen[0]}-")
    become([script, folder, *(command or ())])
