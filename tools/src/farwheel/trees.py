"""Trees on GitHub as pins: OWNER/REPOSITORY/COMMIT, with submodules, by the sha256 and size of the NAR.

The hash is what `nix-prefetch-github --fetch-submodules` gives. Its parts find the commit; as it hashes with
`nix-prefetch-git`, which only nixpkgs has, git makes the tree here. The archives that the service makes would
do for most repositories, but they lack submodules, and some name branches inside and change (export-subst).
"""

import base64
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from nix_prefetch_github.interfaces import GithubRepository, PrefetchedRepository, PrefetchOptions
from nix_prefetch_github.list_remote_factory import ListRemoteFactoryImpl
from nix_prefetch_github.prefetch import PrefetcherImpl
from nix_prefetch_github.revision_index_factory import RevisionIndexFactoryImpl

from farwheel import cache, mirrors, nix
from farwheel.errors import FarwheelError, UsageError
from farwheel.files import sha256_of
from farwheel.git import Git
from farwheel.pins import Pin
from farwheel.transfer import RefusedError

Repository = GithubRepository
_T = TypeVar("_T")
_PREFIX = "github:"
_WORDS = 2
_BASE = "/".join(Repository("", "").url().split("/")[:3])


@dataclass(frozen=True)
class Tree:
    """A commit's tree: its pin, its NAR, the commit's time in seconds since 1970."""

    pin: Pin
    nar: Path
    time: int


class _Hasher:
    """What nix-prefetch-github asks for the hash of a tree; the tree's NAR stays in `folder`."""

    def __init__(self, git: Git, folder: Path) -> None:
        self._git = git
        self._tree = folder / "tree"
        self.nar = folder / "nar"
        self.time = 0

    def calculate_hash_sum(
        self, repository: Repository, revision: str, prefetch_options: PrefetchOptions
    ) -> str | None:
        """The hash as Nix writes it; there are no options but the default: all submodules, nothing of git."""
        if prefetch_options != _OPTIONS:
            return None
        self.time = self._git.checkout(repository.url(), revision, self._tree)
        nix.dump(self._tree, self.nar)
        return "sha256-" + base64.b64encode(bytes.fromhex(sha256_of(self.nar))).decode("ascii")


_OPTIONS = PrefetchOptions(fetch_submodules=True)


def parse(text: str) -> Repository:
    """`github:OWNER/REPOSITORY`; UsageError for anything else."""
    owner, slash, name = text.removeprefix(_PREFIX).partition("/")
    if not (text.startswith(_PREFIX) and owner and slash and name) or "/" in name:
        raise UsageError(f"{text!r} is no repository on GitHub", f"write it as {_PREFIX}OWNER/REPOSITORY")
    return Repository(owner, name.removesuffix(".git"))


def of_url(url: str) -> Repository | None:
    """The repository that a URL clones, if it is on GitHub."""
    parts = urlsplit(url)
    words = parts.path.strip("/").removesuffix(".git").split("/")
    return Repository(*words) if parts.hostname == urlsplit(_BASE).hostname and len(words) == _WORDS else None


def tags(repository: Repository) -> dict[str, str]:
    """Tag -> the commit that it stands for. FarwheelError where the repository cannot be asked."""

    def ask(git: Git) -> dict[str, str]:
        found = ListRemoteFactoryImpl(git).get_list_remote(repository)
        listed = found.tags if found else {}
        # `tag^{}` is the commit of an annotated tag.
        return {tag: listed.get(f"{tag}^{{}}", commit) for tag, commit in listed.items() if "^" not in tag}

    return _from_first(repository, ask)


def prefetch(repository: Repository, commit: str) -> Tree:
    """Make the tree of a commit (40 hex digits). FarwheelError where no mirror has it."""

    def make(git: Git) -> Tree:
        with tempfile.TemporaryDirectory(dir=cache.folder()) as folder:
            hasher = _Hasher(git, Path(folder))
            index = RevisionIndexFactoryImpl(ListRemoteFactoryImpl(git))
            found = PrefetcherImpl(hasher, index).prefetch_github(repository, commit, _OPTIONS)
            if not isinstance(found, PrefetchedRepository):
                raise RefusedError(f"{found.reason}: {commit}")
            sha256 = base64.b64decode(found.hash_sum.partition("-")[2]).hex()
            path = f"{repository.owner}/{repository.name}/{found.rev}"
            pin = Pin("github", path, sha256, hasher.nar.stat().st_size)
            return Tree(pin, hasher.nar.replace(cache.file(pin)), hasher.time)

    return _from_first(repository, make)


def transfer(pin: Pin, base: str, part: Path) -> None:
    """Write the NAR of a pinned tree to `part`, from the mirror `base`; RefusedError where it has another."""
    owner, name, commit = pin.path.split("/")
    with tempfile.TemporaryDirectory(dir=cache.folder()) as folder:
        hasher = _Hasher(Git(base, _BASE), Path(folder))
        hasher.calculate_hash_sum(Repository(owner, name), commit, _OPTIONS)
        got = sha256_of(hasher.nar)
        if got != pin.sha256:
            raise RefusedError(f"wrong content: the tree's sha256 is {got}, pinned is {pin.sha256}")
        hasher.nar.replace(part)


def _from_first(repository: Repository, what: Callable[[Git], _T]) -> _T:
    """What the first mirror gives that gives anything."""
    reasons = []
    for base in mirrors.registry("github"):
        try:
            return what(Git(base, _BASE))
        except RefusedError as error:
            reasons.append(f"{mirrors.shown(base)}: {error}")
    raise FarwheelError(
        "\n  ".join([f"{_PREFIX}{repository.owner}/{repository.name} cannot be read", *reasons]),
        f"check its name; git's own configuration and {mirrors.setting('github')} say where it is looked for",
    )
