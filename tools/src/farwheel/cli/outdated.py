"""`farwheel outdated`: our packages against upstream's newest releases."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from farwheel.cli.options import Json, print_json
from farwheel.cli.sources import upstream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from farwheel.standing import Standing


def outdated(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="Packages, pinned projects; all of them if not said."),
    ] = None,
    cooldown: Annotated[
        float, typer.Option(metavar="DAYS", help="How old a release must be to be taken.", min=0)
    ] = 3,
    as_json: Json = False,
) -> None:
    """Compare packages and pinned pure wheels with upstream: age, what holds them back, vulnerabilities.

    Exit code 0: each is current, or held back with a reason. 1: a release can be taken, our version has a
    vulnerability, what we offer was yanked, or an index did not answer.
    """
    from datetime import UTC, datetime

    from farwheel import nix
    from farwheel.outdated import look

    nix.ensure()
    found = look(names or [], upstream(), now=datetime.now(UTC), cooldown_days=cooldown)
    if as_json:
        print_json([one.to_json() for one in found])
    else:
        width = max(len(one.name) for one in found)
        for one in found:
            sys.stdout.write(f"{one.name.ljust(width)}  {_state(one)}\n")
            sys.stdout.writelines(f"{' ' * width}  {line}\n" for line in _remarks(one))
    if any(one.wants_attention for one in found):
        raise typer.Exit(1)


def _state(one: "Standing") -> str:
    ours = f"{one.ours} pinned" if one.pinned else f"{one.ours}"
    if one.trouble:
        return f"{ours}, not compared: {one.trouble}"
    if one.newest is None or one.newest <= one.ours:
        return f"{ours}, the newest"
    age = "" if one.age_days is None else f", {one.age_days:.0f} days old"
    return f"{ours} -> {one.newest}{age}{f', held back: {one.held}' if one.held else ''}"


def _remarks(one: "Standing") -> "Iterator[str]":
    if one.take and one.take != one.newest:
        yield f"{one.take} can be taken"
    if one.security:
        yield f"{one.take} fixes a vulnerability, so it waits for no cooldown"
    if one.taken_back:
        yield one.taken_back
    for advisory in one.advisories or ():
        names = " ".join((advisory.id, *advisory.aliases))
        fixed = f"fixed in {' '.join(advisory.fixed_in)}" if advisory.fixed_in else "not fixed"
        yield f"{names}, {fixed}: {advisory.summary} {advisory.link}".rstrip()
    if one.advisories is None and not one.trouble:
        yield f"no index tells of vulnerabilities of {one.ours}"
    if one.covered:
        yield f"upstream itself has wheels of {one.newest} for {' and '.join(one.covered)}"
