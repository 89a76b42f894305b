"""Where the source of a package comes from: the index, or a tag of a repository on GitHub."""

import re
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from farwheel import cache, nix, trees
from farwheel.errors import FarwheelError
from farwheel.pins import Pin
from farwheel.pypi import Index, names_one


@dataclass(frozen=True)
class Source:
    """A release: its pin, an archive to read, its time in seconds since 1970, its tag in a repository."""

    version: Version
    pin: Pin
    archive: Path
    time: int
    requires_python: str = ""
    tag: str = ""


def of_index(index: Index, download: Callable[[Pin], Path], name: str, hold: str) -> Source:
    """The sdist of the newest release within the specifier `hold`; see `Index.newest_sdist`."""
    release = index.newest_sdist(name, hold)
    pin = index.pin(release.file)
    time = int(index.upload_time(name, release.version, release.file).timestamp())
    return Source(release.version, pin, download(pin), time, release.file.requires_python)


def of_repository(
    repository: trees.Repository, name: str, hold: str, known: tuple[str, str] = ("", "")
) -> Source:
    """The tree at the newest tag within the specifier `hold`, packed as an sdist; its time is the commit's.

    `known` is a tag and its commit as last locked: FarwheelError when the tag has moved since.
    """
    version, tag, commit = newest(trees.tags(repository), name, hold)
    if tag == known[0] and commit != known[1]:
        raise FarwheelError(
            f"the tag {tag} of {repository.owner}/{repository.name} was {known[1]} and now is {commit}",
            f"a release that changes is none: ask the project; to take it, remove pkgs/{name}/pin.json first",
        )
    tree = trees.prefetch(repository, commit)
    return Source(version, tree.pin, _packed(tree, f"{name}-{version}"), tree.time, tag=tag)


def newest(tags: dict[str, str], name: str, hold: str = "") -> tuple[Version, str, str]:
    """The newest version among tags (tag -> commit), with its tag and commit.

    A tag is a version, maybe with `v`, `release` or the project's name before it. A pre-release is taken only
    when `hold` names it exactly.
    """
    specifier = SpecifierSet(hold)
    exact = names_one(specifier)
    found = [
        (version, tag, commit)
        for version, tag, commit in versions(tags, name)
        if specifier.contains(version, prereleases=exact) and (exact or not version.is_prerelease)
    ]
    if not found:
        within = f" within {hold}" if hold else ""
        raise FarwheelError(
            f"{name}: none of the repository's {len(tags)} tags is a release{within}",
            "name the version to take in the package's lock.json",
        )
    return max(found)


def versions(tags: dict[str, str], name: str) -> list[tuple[Version, str, str]]:
    """The tags that are versions, each with its tag and commit."""
    named = [(_version(tag, name), tag, commit) for tag, commit in tags.items()]
    return [(version, tag, commit) for version, tag, commit in named if version]


def _version(tag: str, name: str) -> Version | None:
    words = "[-_.]+".join(map(re.escape, name.split("-")))
    prefix = rf"(?:(?:{words}|release|rel)[-_/.]?)?(?:v\.?)?"
    number = re.sub(rf"^{prefix}(?=\d)", "", tag, flags=re.IGNORECASE)
    try:
        return Version(number)
    except InvalidVersion:
        return None


def _packed(tree: trees.Tree, stem: str) -> Path:
    archive = cache.file(tree.pin).with_name(f"{stem}.tar.gz")
    with tempfile.TemporaryDirectory(dir=cache.folder()) as folder:
        nix.restore(tree.nar, Path(folder, stem))
        with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
            tar.add(Path(folder, stem), stem)
    return archive
