"""`farwheel fetch`: inputs into the Nix store, or into a bundle."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from farwheel.cli.options import Pythons
from farwheel.errors import UsageError

if TYPE_CHECKING:
    from farwheel.fetch import Wanted


def fetch(
    targets: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME[-ARCH][.CPYTHON]]...", help="as for `build`"),
    ] = None,
    python: Pythons = None,
    pins: Annotated[
        bool, typer.Option(help="All that the repository pins, less what is for --mode emulated.")
    ] = False,
    bundle: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write everything that the targets need into one file."),
    ] = None,
    from_bundle: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Read such a file; needs no network and no targets.")
    ] = None,
) -> None:
    """Download what builds need, checked against its pins, into the Nix store."""
    from farwheel import bundle as bundles
    from farwheel import fetch as fetching
    from farwheel import nix
    from farwheel.cli import places

    if from_bundle:
        if targets or pins or bundle:
            raise UsageError("--from-bundle goes alone: the bundle says what is in it")
        nix.ensure()
        count = bundles.read(from_bundle)
        sys.stderr.write(f"farwheel: {count} files added from {from_bundle}\n")
        return
    if bool(targets) == pins:
        raise UsageError("say what to fetch: targets, as for `build`, or --pins")
    if bundle:
        places.file("--bundle", bundle)
    nix.ensure()
    wanted = (
        fetching.all_pins() if pins else _below(targets or [], python or [], everything=bundle is not None)
    )
    if bundle:
        count = bundles.write(bundle, wanted)
        sys.stderr.write(f"farwheel: {count} files in {bundle}\n")
    elif not fetching.fetch(wanted):
        sys.stderr.write("farwheel: nothing to fetch\n")


def _below(words: list[str], pythons: list[str], *, everything: bool) -> "list[Wanted]":
    from farwheel import fetch as fetching
    from farwheel.targets import derivations, parse

    paths = list(derivations(parse(words, pythons)).values())
    return fetching.everything(paths) if everything else fetching.missing(paths)
