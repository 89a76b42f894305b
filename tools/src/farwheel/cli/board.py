"""`farwheel board`: a throw-away root of a target architecture."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from farwheel.errors import UsageError


def board(
    architecture: Annotated[str, typer.Argument(metavar="ARCH", help="riscv64, loongarch64")],
    command: Annotated[
        list[str] | None,
        typer.Argument(metavar="[-- COMMAND...]", help="Run this in there instead of a shell."),
    ] = None,
    python: Annotated[
        str, typer.Option(metavar="cp314", help="This CPython; the oldest one if it is not said.")
    ] = "",
    index: Annotated[
        str, typer.Option(metavar="URL", help="Where pip and uv in there take packages from.")
    ] = "",
    workdir: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="It is /build in there, and it stays.")
    ] = None,
    vectors: Annotated[bool, typer.Option("--vectors", help="On a CPU with vector instructions.")] = False,
) -> None:
    """Try wheels without a board: CPython and pip of the target, under QEMU, in a fresh root.

    The root has the floor's glibc and the host's network; it lies in memory and is gone afterwards. The exit
    code is the command's.
    """
    from farwheel import board as boards
    from farwheel import nix
    from farwheel.become import become

    if index and not index.startswith(("http://", "https://")):
        raise UsageError(f"--index {index} is no http(s) URL", "whole, from http:// or https:// on")
    if workdir and not workdir.is_dir():
        raise UsageError(f"--workdir {workdir} is no folder", "make it first, or leave the option out")
    nix.ensure()
    chosen = boards.prepare(architecture, python, vectors=vectors)
    if not command:
        sys.stderr.write(
            f"farwheel: {architecture}, CPU {chosen.cpu}; `pip` and `python` are its own. Leave with exit.\n"
        )
    become(*boards.entering(chosen, tuple(command or ()), index=index, work=workdir))
