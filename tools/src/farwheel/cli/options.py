"""Options that several verbs share, and what --json comes to."""

import json
import sys
from typing import Annotated

import typer

_TARGETS = typer.Argument(
    metavar="NAME[-ARCH][.CPYTHON]...", help="numpy, numpy-riscv64, numpy-riscv64.cp314"
)
Targets = Annotated[list[str], _TARGETS]
AnyTargets = Annotated[list[str] | None, _TARGETS]
Pythons = Annotated[
    list[str] | None,
    typer.Option("--python", metavar="cp314", help="Only this CPython; may be given several times."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Cores = Annotated[int, typer.Option(help="Cores that each build may use; 0 means all.", min=0)]
Jobs = Annotated[
    int, typer.Option(help="Builds that run side by side; 0 means by the number of cores.", min=0)
]


def print_json(data: object, *, sort_keys: bool = False) -> None:
    """Data for programs, laid out for people too."""
    sys.stdout.write(json.dumps(data, indent=2, sort_keys=sort_keys) + "\n")
