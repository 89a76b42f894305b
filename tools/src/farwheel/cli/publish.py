"""`farwheel publish`: an index to where people get it from."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from packaging.utils import canonicalize_name

from farwheel.cli import places
from farwheel.cli.options import Json, print_json
from farwheel.errors import UsageError

if TYPE_CHECKING:
    from farwheel.publish.place import Place


def publish(
    to: Annotated[str, typer.Option(metavar="DIR|s3://BUCKET/PREFIX", help="Where to.")],
    site: Annotated[Path, typer.Argument(metavar="OUT", help="The folder that `index` wrote.")] = Path(
        "site"
    ),
    url: Annotated[
        str, typer.Option(metavar="URL", help="The simple index as pip is given it, to check what arrived.")
    ] = "",
    deep: Annotated[
        bool, typer.Option("--deep", help="Check by downloading and hashing every file.")
    ] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="Do not miss what the ledgers hold and OUT lacks.")
    ] = False,
    lift: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Offer again what is withdrawn of it there.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Publish an index: files first, then pages, then check; prints the new files.

    What is published stays: a file never gets other bytes and is never taken away, so a run that was stopped
    is simply run again, and several machines may publish to one place at once. One whose index lacks what
    another has published meanwhile, or offers what is yanked or quarantined there, is told so. A folder is
    checked through a server of its own on loopback, a bucket where --url says, or not at all. A bucket needs
    conditional puts; credentials, region and endpoint are AWS's usual variables. Exit code 1 when something
    is refused or the check finds anything.
    """
    from farwheel import cache
    from farwheel.publish import steps

    with cache.alone("index"):
        done = steps.publish(site, _place(to), {canonicalize_name(name) for name in lift or ()})
    sys.stderr.write(f"farwheel: {to}: {len(done.files)} new files, {len(done.pages)} pages written\n")
    if as_json:
        print_json({"files": done.files, "pages": done.pages})
    else:
        sys.stdout.writelines(f"{name}\n" for name in done.files)
    sys.stdout.flush()
    _check(to, url, deep=deep, partial=partial)


def _place(to: str) -> "Place":
    if to.startswith("s3://"):
        from farwheel.publish.bucket import Bucket

        return Bucket(to)
    if "://" in to:
        raise UsageError(f"--to {to} is neither a folder nor s3://BUCKET/PREFIX")
    places.folder("--to", Path(to))
    from farwheel.publish.folder import Folder

    return Folder(Path(to))


def _check(to: str, url: str, *, deep: bool, partial: bool) -> None:
    from farwheel.index.serve import running, server

    if url:
        _report(url, deep=deep, partial=partial)
    elif to.startswith("s3://"):
        sys.stderr.write("farwheel: not checked over HTTP: --url says where it can be read\n")
    else:
        with running(server(Path(to), 0, quiet=True)) as top:
            _report(f"{top}/simple/", deep=deep, partial=partial)


def _report(url: str, *, deep: bool, partial: bool) -> None:
    from farwheel.index.check import check

    findings = check(url, deep=deep, partial=partial)
    sys.stderr.writelines(f"farwheel: {f.problem}: {f.file}: {f.said}\n" for f in findings)
    if findings:
        raise typer.Exit(1)
