"""`farwheel bump --ingredients`: what everything is made from, at the archive's newest state."""

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from farwheel.cli.options import print_json
from farwheel.errors import UsageError

if TYPE_CHECKING:
    from farwheel.change import Change
    from farwheel.changelog import News
    from farwheel.renewal import Renewal


def renew(names: list[str], *, dry_run: bool, as_json: bool) -> None:
    """Lock ingredients (none: all) anew; print which security fixes come and what must be built for it.

    `dry_run` writes nothing, and exits with 1 when it tells of a security fix. Whether a wheel's bytes
    change, its ledger tells when it has been built again.
    """
    from farwheel import nix, renewal
    from farwheel.cli.lock import ingredient_sources
    from farwheel.ingredients import INGREDIENTS

    if any(name not in INGREDIENTS for name in names):
        raise UsageError(f"ingredients are: {', '.join(INGREDIENTS)}")
    nix.ensure()
    found = renewal.renew(nix.REPOSITORY, names or list(INGREDIENTS), ingredient_sources())
    if not dry_run:
        for change in found.changes:
            change.write()
    if as_json:
        print_json(_json(found), sort_keys=True)
    else:
        sys.stdout.write(_text(found))
    if dry_run and any(news.cves or news.security for news in found.news):
        raise typer.Exit(1)


def _json(found: "Renewal") -> dict[str, object]:
    return {
        "changes": [{"path": str(change.path), "changes": change.lines()} for change in found.changes],
        "fixes": [asdict(news) for news in found.news],
        "wheels": found.wheels,
        "wheels_in_all": found.count,
        "rebuilt": found.rebuilt,
    }


def _text(found: "Renewal") -> str:
    lines = [line for change in found.changes for line in (_dated(change), *change.lines())]
    lines = lines or ["nothing newer"]
    if found.news:
        lines += ["fixes, by Debian's changelogs:", *map(_fix, found.news)]
    if found.changes:
        lines += [f"wheels: {len(found.wheels)} of {found.count} have to be built again"]
        if len(found.wheels) < found.count:
            lines += [f"  {name}" for name in found.wheels]
        lines += [f"derivations to build: {len(found.rebuilt)}"]
    return "".join(f"{line}\n" for line in lines)


def _dated(change: "Change") -> str:
    dates = [(data or {}).get("resolved", "") for data in (change.old, change.new)]
    return f"{change.path.name}: {' -> '.join(filter(None, dates))}".rstrip(": ")


def _fix(news: "News") -> str:
    told = " ".join(news.cves or []) or ("security" if news.security else "none named")
    told = "not told" if news.cves is None else told
    if news.taken:
        return f"  {news.source} {news.old} -> {news.new}: {told}"
    if news.new.rpartition("-")[0] != news.old:
        return f"  {news.source} {news.old}, held below {news.new}: {told}"
    if news.cves is None:
        return f"  {news.source} {news.old}: {told} what Debian's patches ({news.new}) fix"
    return f"  {news.source} {news.old}: Debian's patches ({news.new}) fix {told}; `patched` takes them"
