"""`farwheel new`: a first recipe for a project of the package index."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from farwheel.cli.options import Json, print_json
from farwheel.cli.sources import upstream

if TYPE_CHECKING:
    from farwheel.new.make import Package


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The project, as the package index spells it.")],
    source: Annotated[
        str, typer.Option("--from", metavar="pypi|github:OWNER/REPO", help="Where releases of it come from.")
    ] = "pypi",
    as_json: Json = False,
) -> None:
    """Write a first recipe and its pins into pkgs/NAME from upstream's newest release; print the paths.

    What was found, and what is left to decide, goes to stderr. Whatever goes wrong, nothing is left behind.
    """
    from farwheel import cache
    from farwheel.index import kept
    from farwheel.lock import needed_to_run
    from farwheel.new import make
    from farwheel.nix import REPOSITORY

    package = make.plan(REPOSITORY, name, upstream(), source.removeprefix("pypi"))
    paths = make.write(REPOSITORY, package)
    if pins := needed_to_run(REPOSITORY, package.pin.new):
        # The index carries what it needs to run, as after `lock`.
        with cache.alone("pins"):
            change = kept.more(kept.path(REPOSITORY / "pkgs"), pins)
            change.write()
        if change.needed:
            paths.append(change.path)
    if as_json:
        print_json(_facts(package) | {"paths": [str(path) for path in paths]})
        return
    sys.stderr.writelines(f"{line}\n" for line in _told(package))
    sys.stdout.writelines(f"{path}\n" for path in paths)


def _facts(package: "Package") -> dict[str, Any]:
    survey = package.survey
    return {
        "name": package.name,
        "version": package.pin.new["version"],
        "backend": survey.facts.build_system.backend,
        "languages": [*package.pin.new["languages"], *(["rust"] if survey.facts.cargo else [])],
        "license": survey.license,
        "libraries": [
            {"name": ask.name, "how": ask.how, "where": ask.where, "carried": carried}
            for ask, carried in survey.asks.items()
        ],
        "recipe": package.draft.recipe,
        "lock": package.draft.lock_json,
        "undecided": package.draft.undecided,
    }


def _told(package: "Package") -> list[str]:
    facts = _facts(package)
    said = (facts["backend"], " ".join(facts["languages"]), facts["license"] or "no license said")
    lines = [f"{facts['name']} {facts['version']}: {', '.join(said)}"]
    for library in facts["libraries"]:
        origin = "carried by the release" if library["carried"] else "not carried"
        lines.append(f"  asks for {library['name']} ({library['how']} in {library['where']}), {origin}")
    lines += [f"  to decide: {text}" for text in facts["undecided"]]
    name = facts["name"]
    return [*lines, f"next: git add -N pkgs/{name}; tools/farwheel build {name}; tools/farwheel test {name}"]
