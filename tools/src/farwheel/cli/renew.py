"""`farwheel bump --ingredients`: what everything is made from, at the archive's newest state."""

import sys
from typing import TYPE_CHECKING

from farwheel.cli.options import print_json
from farwheel.errors import UsageError

if TYPE_CHECKING:
    from farwheel.change import Change
    from farwheel.changelog import News
    from farwheel.renewal import Renewal


def renew(names: list[str], *, dry_run: bool, as_json: bool) -> None:
    """Lock ingredients (none: all) anew; print which security fixes come and what must be built for it.

    `dry_run` writes nothing. Whether a wheel's bytes change, its ledger tells when it has been built again.
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


def _json(found: "Renewal") -> dict[str, object]:
    return {
        "changes": [{"path": str(change.path), "changes": change.lines()} for change in found.changes],
        "fixes": [
            {"source": n.source, "old": n.old, "new": n.new, "cves": n.cves, "security": n.security}
            for n in found.news
        ],
        "wheels": found.wheels,
        "wheels_in_all": found.count,
        "rebuilt": found.rebuilt,
    }


def _text(found: "Renewal") -> str:
    if not found.changes:
        return "nothing newer\n"
    lines = [line for change in found.changes for line in (_dated(change), *change.lines())]
    lines += ["fixes, by Debian's changelogs:", *map(_fix, found.news)]
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
    return f"  {news.source} {news.old} -> {news.new}: {'not told' if news.cves is None else told}"
