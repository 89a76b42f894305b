"""`farwheel lock`: pins from upstream's metadata; nobody edits a pin."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from farwheel.cli.options import Json, print_json
from farwheel.cli.sources import upstream
from farwheel.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from farwheel.change import Change
    from farwheel.ingredients import Sources
    from farwheel.lock import Upstream


def lock(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="Projects as the package index spells them, new ones too."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All packages that have a folder in pkgs/.")] = False,
    ingredients: Annotated[
        bool,
        typer.Option(
            help="NAMEs are those of nix/pins/*.manifest.json, or of single sources; none means all of them."
        ),
    ] = False,
    origin: Annotated[
        str,
        typer.Option(
            "--from", metavar="pypi|github:OWNER/REPO", help="Where releases of NAME come from, from now on."
        ),
    ] = "",
    check: Annotated[
        bool, typer.Option(help="Write nothing; exit with 1 if something would change.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write pkgs/NAME/pin.json from upstream's newest release; print the paths that changed.

    The pure wheels that it needs to run enter closures/pins.json, so the index will carry them.
    """
    from farwheel import trees

    found = []
    if origin not in {"", "pypi"}:
        trees.parse(origin)
    if origin and (ingredients or every or len(names or []) != 1):
        raise UsageError("--from goes with the name of one project")
    for change in _changes(names or [], origin, every=every, ingredients=ingredients):
        if change.needed:
            found.append(change)
            _tell(change)
            if not check:
                change.write()
            if not as_json:
                sys.stdout.write(f"{change.path}\n")
    if as_json:
        listed = [{"path": str(change.path), "changes": change.lines()} for change in found]
        print_json(listed, sort_keys=True)
    if check and found:
        raise typer.Exit(1)


def _changes(names: list[str], origin: str, *, every: bool, ingredients: bool) -> "Iterator[Change]":
    from farwheel import cache
    from farwheel.index import kept
    from farwheel.ingredients import INGREDIENTS, lock_ingredient, lock_sources
    from farwheel.lock import needed_to_run
    from farwheel.nix import REPOSITORY
    from farwheel.pins import read_json

    single = [name for name in names if ingredients and name not in INGREDIENTS]
    if ingredients and (every or single):
        known = read_json(REPOSITORY / "nix/pins/sources.manifest.json")
        if every or not known.keys() >= set(single):
            raise UsageError(
                f"--ingredients goes with none or some of: {', '.join(INGREDIENTS)}",
                f"or of the sources: {', '.join(known)}",
            )
    if not ingredients and bool(names) == every:
        raise UsageError("say what to lock: names of projects, --all, or --ingredients")
    if every:
        names = sorted(folder.name for folder in (REPOSITORY / "pkgs").glob("*/"))
    sources = ingredient_sources(with_debian=ingredients)
    if single:
        yield lock_sources(REPOSITORY / "nix/pins", single, sources)
    for name in names or list(INGREDIENTS):
        if name in single:
            continue
        if ingredients:
            yield lock_ingredient(REPOSITORY / "nix/pins", name, sources)
        else:
            yield (change := _package(name, origin, sources.upstream))
            if pins := needed_to_run(REPOSITORY, change.new):
                # The index carries them from now on, also when this package will need others.
                with cache.alone("pins"):  # until it is written
                    yield kept.more(kept.path(REPOSITORY / "pkgs"), pins)


def _package(name: str, origin: str, upstream: "Upstream") -> "Change":
    from packaging.utils import canonicalize_name

    from farwheel.lock import lock_package
    from farwheel.nix import REPOSITORY
    from farwheel.recipe import lock_options, with_source

    if not origin:
        return lock_package(REPOSITORY, name, upstream)
    file = REPOSITORY / "pkgs" / canonicalize_name(name) / "lock.json"
    options = lock_options(file)
    change = lock_package(
        REPOSITORY, name, upstream, options=replace(options, source=origin.removeprefix("pypi"))
    )
    if origin == (options.source or "pypi"):
        return change
    return replace(change, beside={**change.beside, file: with_source(file, origin)})


def ingredient_sources(*, with_debian: bool = True) -> "Sources":
    """Where this machine gets ingredients from."""
    from farwheel import cache, mirrors
    from farwheel.ingredients import Sources

    return Sources(mirrors.registry("debian") if with_debian else [], cache.folder("apt"), upstream())


def _tell(change: "Change") -> None:
    where = Path(change.path.parent.name) / change.path.name
    sys.stderr.write("".join(f"{line}\n" for line in (f"{where}:", *change.lines())))
