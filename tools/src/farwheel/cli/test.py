"""`farwheel test`: the project's own tests, or upstream's on our wheels."""

import shlex
import subprocess
import sys
from typing import Annotated

import typer

from farwheel.cli.options import Json, Pythons, print_json
from farwheel.errors import UsageError

# By a worker a core. Tests of a file share what they set up; files go out as they are collected, since the
# first folders hold those that take longest.
_SHARED_OUT = ["--numprocesses=auto", "--dist=loadfile", "--no-loadscope-reorder"]


def test(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME[-ARCH][.CPYTHON]... | -- PYTEST-ARGUMENTS]",
            help="wheels, or what to hand on to pytest",
        ),
    ] = None,
    python: Pythons = None,
    full: Annotated[bool, typer.Option(help="The whole suite, however long it takes.")] = False,
    vectors: Annotated[bool, typer.Option(help="Its core, on a CPU with vector instructions.")] = False,
    select: Annotated[
        str,
        typer.Option(metavar="WORDS", help="A part of it, in pytest's words: 'tests/test_it.py -k one'."),
    ] = "",
    as_json: Json = False,
) -> None:
    """Run the project's own tests; with names, upstream's tests on those wheels.

    All of the project's own: what they need is built first, then each core runs some of their files.
    Wheels are tested under QEMU, in a root with nothing but the floor's glibc, the interpreter and the wheel
    with what its tests require. Prints a line a wheel, or with --json the receipts; exit code 1 when one
    wheel fails its tests.
    """
    from farwheel import nix

    words = arguments or []
    if words and not any(_is_pytests(word) for word in words):
        from farwheel import suites
        from farwheel.targets import parse

        if (bool(select), full, vectors).count(True) > 1:
            raise UsageError("--full, --vectors and --select exclude each other", "one of them at a time")
        nix.ensure()
        chosen = "tests.full" if full else "tests.vectors" if vectors else "tests"
        if select:
            chosen = suites.part(_words(select))
        outcome = suites.run(parse(words, python or ()), chosen)
        if as_json:
            print_json({str(t): r for t, r in outcome.receipts.items()}, sort_keys=True)
        else:
            sys.stdout.writelines(f"{suites.line(target, r)}\n" for target, r in outcome.receipts.items())
        if outcome.error:
            raise outcome.error
        return
    said = {"--select": select, "--full": full, "--vectors": vectors, "--python": python, "--json": as_json}
    if option := next((option for option, value in said.items() if value), ""):
        raise UsageError(
            f"{option} is for the tests of a wheel, and none is named",
            "name one, as numpy-riscv64",
        )
    if "not nix" not in words:
        nix.ensure()
    command = [sys.executable, "-m", "pytest", *(words or _SHARED_OUT)]
    done = subprocess.run(command, cwd=nix.REPOSITORY, check=False)
    raise typer.Exit(done.returncode)


def _words(select: str) -> list[str]:
    try:
        return shlex.split(select)
    except ValueError as error:
        raise UsageError(f"--select {select!r}: {error}", "quote it as for a shell") from None


def _is_pytests(word: str) -> bool:
    """Options, node ids and what is there for pytest; everything else is the name of a wheel."""
    from farwheel import nix

    there = bool(word) and (nix.REPOSITORY / word).exists()
    return word.startswith("-") or "/" in word or "::" in word or " " in word or there
