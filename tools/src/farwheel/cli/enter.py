"""`farwheel enter`: a shell where a recipe is built."""

import os
from pathlib import Path
from typing import Annotated

import typer

from farwheel.errors import UsageError


def enter(
    target: Annotated[str, typer.Argument(metavar="NAME-ARCH[.CPYTHON]")],
    python: Annotated[
        str | None, typer.Option(metavar="cp314", help="For this CPython; the oldest one if it is not said.")
    ] = None,
    workdir: Annotated[
        Path | None, typer.Option(help="Keep the build folder there; otherwise it is a new one, and goes.")
    ] = None,
) -> None:
    """Open a shell inside the build root of a recipe, its sources unpacked, everything on PATH."""
    from farwheel import builder, nix
    from farwheel.targets import attribute, parse

    nix.ensure()
    chosen = parse([target], [python] if python else [])
    if len({one.architecture for one in chosen}) > 1:
        raise UsageError(f"{target}: say for which architecture", f"for example: {chosen[0].folder}")
    derivation = attribute(chosen[0], "enter")
    (script,), _ = builder.build([derivation], builder.Effort())
    os.execv(script, [script, *([str(workdir.absolute())] if workdir else [])])  # noqa: S606 - it becomes the shell
