"""The ingredients at the archive's newest state: what comes in, and what has to be built again for it."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from farwheel import changelog, derivation, nix
from farwheel.change import Change
from farwheel.changelog import News
from farwheel.errors import FarwheelError
from farwheel.ingredients import Sources, lock_ingredient, packaging
from farwheel.pins import read_json

_FLAKE = ("flake.nix", "flake.lock", "nix", "pkgs")
# name-architecture -> CPython -> the wheel's derivation and output.
_WHEELS = """
  builtins.mapAttrs (_: folder: builtins.listToAttrs (map
    (name: { inherit name; value = [ folder.${name}.drvPath folder.${name}.outPath ]; })
    (builtins.filter (name: builtins.match "cp[0-9]+" name != null) (builtins.attrNames folder))))
"""


@dataclass(frozen=True)
class Renewal:
    """`changes` of nix/pins/*.json, what Debian tells of them and of what they lack, and what follows.

    `wheels` are those of `count` that are made from something else then, as one may type them; `rebuilt` are
    the names of all derivations that this means.
    """

    changes: Sequence[Change]
    news: Sequence[News]
    wheels: Sequence[str]
    count: int
    rebuilt: Sequence[str]


def renew(repository: Path, names: Iterable[str], sources: Sources) -> Renewal:
    """Resolve ingredients by their manifests, and find out what that changes; the repository is not touched.

    FarwheelError when the archive is older than what is pinned, which would bring holes back.
    """
    with _copy(repository) as copy:
        changes, found = [], set[News]()
        for name in names:
            change = lock_ingredient(copy / "nix/pins", name, sources)
            if change.needed:
                _forward(name, change)
                # What is resolved later may lie above this.
                change.write()
                changes.append(replace(change, path=repository / "nix/pins" / change.path.name))
            found |= {*_news(copy / f"nix/pins/{name}.manifest.json", change, sources)}
        told = sorted(found, key=lambda news: (news.source, news.old, news.new, news.cves or ()))
        if not changes:
            return Renewal([], told, [], 0, [])
        before, after = _wheels("."), _wheels(f"path:{copy}")
        moved = {name: drv for name, (drv, out) in after.items() if before.get(name, ("", ""))[1] != out}
        fresh = _fresh([drv for drv, _ in before.values()], list(moved.values()))
        return Renewal(changes, told, sorted(moved), len(after), fresh)


@contextmanager
def _copy(repository: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        for name in _FLAKE:
            source = repository / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, Path(folder, name))
        yield Path(folder)


def _forward(name: str, change: Change) -> None:
    old, new = (data or {} for data in (change.old, change.new))
    if new.get("resolved", "") < old.get("resolved", ""):
        raise FarwheelError(
            f"{name}: the archive is of {new['resolved']}, what is pinned is of {old['resolved']}",
            "set FARWHEEL_DEBIAN to a newer copy of the archive; `lock --ingredients` goes back if it has to",
        )


def _news(manifest: Path, change: Change, sources: Sources) -> Iterator[News]:
    download = sources.upstream.download
    yield from changelog.news(_packages(change.old), _packages(change.new), download)
    if "sources" in change.new:
        # Also where nothing moves: what Debian mends in place does not move upstream's tarball.
        entries, new = read_json(manifest), change.new["sources"]
        old = {**new, **(change.old or {}).get("sources", {})}
        for name, debian in packaging(entries, sources).items():
            versions = old[name]["version"], new[name]["version"]
            yield from changelog.of_source(
                name, *versions, debian, download, entries[name].get("not_affected", ())
            )


def _packages(data: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """The Debian packages that a file of pins names; the seed is one."""
    if data and "member" in data:
        return [{"name": "seed", **data}]
    return list((data or {}).get("packages", ()))


def _wheels(flake: str) -> dict[str, tuple[str, str]]:
    """Wheel -> derivation and output."""
    found = nix.evaluate(f"packages.{nix.SYSTEM}", _WHEELS, flake)
    return {
        f"{folder}.{python}": (drv, out)
        for folder, wheels in found.items()
        if not folder.endswith("-x86_64")
        for python, (drv, out) in wheels.items()
    }


def _fresh(before: list[str], after: list[str]) -> list[str]:
    """The names of derivations below `after`, but for pins, whose outputs are not below `before`."""
    known = {output for read in _below(before) for output in read.outputs.values()}
    return sorted(
        {
            derivation.short_name(read.path)
            for read in _below(after)
            if "outputHash" not in read.env and known.isdisjoint(read.outputs.values())
        }
    )


def _below(paths: list[str]) -> list[derivation.Derivation]:
    return [derivation.read(path) for path in (nix.requisites(*paths) if paths else [])]
