"""`farwheel index`: a package index as a static folder."""

import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from farwheel.cli import places
from farwheel.cli.options import Json, print_json
from farwheel.errors import UsageError

if TYPE_CHECKING:
    from farwheel.index.write import Pages


def index(
    out: Annotated[
        Path | None, typer.Argument(metavar="OUT", help="The folder; it is replaced as a whole.")
    ] = None,
    wheels: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the wheels are.")] = Path(
        "wheelhouse"
    ),
    files_url: Annotated[
        str,
        typer.Option(
            metavar="URL",
            help="The wheels are published there, and not put into OUT; {name} in it is a project's.",
        ),
    ] = "",
    tracks: Annotated[
        str, typer.Option(metavar="URL", help="The index whose projects these are builds of (PEP 708).")
    ] = "",
    url: Annotated[
        str, typer.Option(metavar="URL", help="Where OUT will be published, for the pages and the feed.")
    ] = "",
    repository: Annotated[
        str, typer.Option(metavar="URL", help="The recipes' repository on GitHub, for links from the pages.")
    ] = "",
    upstream: Annotated[
        Path | None, typer.Option(metavar="JSON", help="Upstream's newest releases, for the pages.")
    ] = None,
    audit: Annotated[
        Path | None, typer.Option(metavar="JSON", help="What whole sets of requirements lack, for the pages.")
    ] = None,
    partial: Annotated[
        bool, typer.Option("--partial", help="Leave out what the ledgers hold and FOLDER lacks.")
    ] = False,
    check: Annotated[
        str, typer.Option(metavar="URL", help="Write nothing; compare the index that is published there.")
    ] = "",
    deep: Annotated[bool, typer.Option("--deep", help="With --check: download and hash every file.")] = False,
    as_json: Json = False,
) -> None:
    """Write a static package index of what the ledgers hold, with pages for people; print its new files.

    A published file is never replaced by other bytes. Readers see the old index or the new one. --check
    prints every missing, extra or altered file of a published index; exit code 1 when there is any.
    """
    if (out is None) == (not check):
        raise UsageError("say a folder to write, or --check with a URL to compare", "one of the two")
    if deep and not check:
        raise UsageError("--deep is for a published index", "say which one: --check URL")
    urls = {
        "--files-url": files_url,
        "--tracks": tracks,
        "--url": url,
        "--repository": repository,
        "--check": check,
    }
    for name, said in urls.items():
        if said and not said.startswith(("http://", "https://")):
            raise UsageError(f"{name} {said} is no http(s) URL", "whole, from http:// or https:// on")
    if out is None:
        _check(check, deep=deep, partial=partial, as_json=as_json)
    else:
        places.folder("OUT", out)
        from farwheel import nix
        from farwheel.index.pages import site

        facts = site.Facts.read(nix.REPOSITORY, upstream, audit)
        pages = functools.partial(
            site.write, facts=facts, url=url, files_url=files_url, repository=repository
        )
        _write(out, wheels, files_url, tracks, pages, partial=partial, as_json=as_json)


def _write(
    out: Path,
    wheels: Path,
    files_url: str,
    tracks: str,
    pages: "Pages",
    *,
    partial: bool,
    as_json: bool,
) -> None:
    from farwheel import cache, nix
    from farwheel.index import pinned
    from farwheel.index.collect import collect
    from farwheel.index.write import published, recover, write

    with cache.alone("index"):
        recover(out)
        # Before wheels are read, which may take its time.
        published(out)
        # With files elsewhere, OUT will hold no wheels: it must not be the only place that has them.
        before = None if files_url else out.resolve() / "files"
        found = collect(nix.REPOSITORY / "pkgs", wheels, pinned.fetch, published=before, partial=partial)
        written = write(found, out, files_url=files_url, tracks=tracks, pages=pages)
    files = found.files
    sys.stderr.write(f"farwheel: {out}: {len(found.projects)} projects, {len(files)} files\n")
    if files_url:
        sys.stderr.write(
            f"farwheel: {files_url} needs the wheels, and beside them what is in {out / 'files'}\n"
        )
    if as_json:
        row = {"projects": len(found.projects), "files": len(files), "new": written.new, "gone": written.gone}
        print_json(row)
        return
    sys.stderr.writelines(f"farwheel: no longer there: {name}\n" for name in written.gone)
    sys.stdout.writelines(f"{name}\n" for name in written.new)


def _check(url: str, *, deep: bool, partial: bool, as_json: bool) -> None:
    from dataclasses import asdict

    from farwheel.index.check import check

    findings = check(url, deep=deep, partial=partial)
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        sys.stdout.writelines(f"{f.problem:7}  {f.file}: {f.said}\n" for f in findings)
    if findings:
        raise typer.Exit(1)
