"""`farwheel bump`: upstream's releases as pull requests."""

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from farwheel.cli.options import Json, print_json
from farwheel.errors import UsageError

if TYPE_CHECKING:
    from farwheel.bump.row import Row


def bump(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Packages of the remote's main branch.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All packages.")] = False,
    ingredients: Annotated[
        bool, typer.Option(help="NAMEs are of nix/pins, none: all. Locks them, tells of fixes and rebuilds.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option(help="Build and print what would be said; write to neither git nor GitHub.")
    ] = False,
    again: Annotated[
        bool, typer.Option(help="Also what failed lately, is made already, or was closed by somebody.")
    ] = False,
    most: Annotated[
        int | None,
        typer.Option(help="Build at most so many packages, and name the others.", min=0),
    ] = None,
    cooldown: Annotated[
        float, typer.Option(metavar="DAYS", help="How old a release must be, but for security fixes.", min=0)
    ] = 3,
    remote: Annotated[str, typer.Option(help="The git remote.")] = "origin",
    base: Annotated[str, typer.Option(help="The branch that bumps go to.", show_default="the remote's")] = "",
    as_json: Json = False,
) -> None:
    """Lock, build, prove and propose new releases: one commit on bump/NAME and one pull request a package.

    Prints a line a package. The same run again changes nothing; a run that was broken off is gone on with.
    GITHUB_TOKEN or GH_TOKEN (contents, issues and pull requests: read and write), GITHUB_REPOSITORY (else by
    the remote), GITHUB_API_URL. Exit code 1 when something needs a person: an index that does not answer, a
    file of upstream's whose bytes changed, a refusal of GitHub's, something bad that we ship and no bump
    cures; of --ingredients --dry-run, a security fix. A release that does not build is a draft, and 0.
    """
    from farwheel import nix
    from farwheel.bump.git import Git
    from farwheel.bump.make import Maker
    from farwheel.bump.prove import ByVerbs
    from farwheel.bump.pulls import Pulls
    from farwheel.bump.row import WRONG
    from farwheel.bump.run import Bot
    from farwheel.bump.verbs import standings
    from farwheel.cli.renew import renew
    from farwheel.cli.sources import upstream
    from farwheel.github import GitHub

    if ingredients and not every:
        renew(names or [], dry_run=dry_run, as_json=as_json)
        return
    if bool(names) == every or ingredients:
        raise UsageError("say what to bump: names of packages, --all, or --ingredients")
    nix.ensure()
    git = Git(nix.REPOSITORY, remote, base)
    github = GitHub.of(git.url())
    if not dry_run:
        github.can_write()
    bot = Bot(
        git,
        lambda base: Pulls(github, base) if github.has_token else None,
        lambda tree, wanted: standings(tree, wanted, cooldown),
        Maker(upstream(), ByVerbs()),
        most=most,
        dry=dry_run,
        again=again,
    )
    rows = []
    for row in bot.run(names or []):
        rows.append(row)
        if not as_json:
            _tell(row)
    if as_json:
        print_json([asdict(row) for row in rows])
    if any(row.did in WRONG for row in rows):
        raise typer.Exit(1)


def _tell(row: "Row") -> None:
    moved = f" {row.ours} -> {row.take}" if row.take else ""
    said = row.why if row.did == "nothing" else f"{row.did}, {row.why}"
    sys.stdout.write(f"{row.name}{moved}: {said}{f' {row.url}' if row.url else ''}\n")
    if row.did == "would" and row.title:
        sys.stdout.write(f"\n{row.title}\n\n{row.body}\n\n")
    sys.stdout.flush()
