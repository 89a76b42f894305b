"""`farwheel doctor`: examine this machine."""

import sys
from dataclasses import asdict

import typer

from farwheel.cli.options import Json, print_json


def doctor(as_json: Json = False) -> None:
    """Check this machine, one line a check, with the cure; exit code 1 when a build would fail."""
    from farwheel.doctor import examine

    checks = examine()
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        width = max(len(check.name) for check in checks)
        for check in checks:
            cure = f" -> {check.cure}" if check.cure else ""
            sys.stdout.write(f"{check.status:4}  {check.name:{width}}  {check.detail}{cure}\n")
    if any(check.status == "fail" for check in checks):
        raise typer.Exit(1)
