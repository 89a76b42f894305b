"""`farwheel test`: the project's own tests."""

import subprocess
import sys
from typing import Annotated

import typer


def test(
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[-- PYTEST-ARGUMENTS]", help="handed on to pytest")
    ] = None,
) -> None:
    """Run the project's own tests."""
    from farwheel import nix

    if "not nix" not in (arguments or ()):
        nix.ensure()
    command = [sys.executable, "-m", "pytest", *(arguments or ())]
    done = subprocess.run(command, cwd=nix.REPOSITORY, check=False)
    raise typer.Exit(done.returncode)
