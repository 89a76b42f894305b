"""Whether requirements can be installed from our index alone, and if not, everything that is missing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from farwheel import mirrors, resolve, web
from farwheel.audit import shelf as shelves
from farwheel.audit.goal import Goal
from farwheel.audit.ours import Ledgers, Ours, Published
from farwheel.audit.shelf import Shelf
from farwheel.audit.upstream import Release, Upstream
from farwheel.closure import recipes
from farwheel.errors import FarwheelError
from farwheel.simple import File

_NO_SOLUTION = 1
_LONGEST = 400
_EXCLUDED = "upstream excludes this Python"
_NOT_BUILT = "recipe there, not built for this CPython"

Resolution = Mapping[str, Version]
# Requirements -> what uv takes, or uv's words where it finds nothing.
Solve = Callable[[Sequence[str]], Resolution | str]


@dataclass(frozen=True)
class Missing:
    """A project that the index lacks; `pure` is upstream's wheel where one could simply be pinned."""

    name: str
    why: str
    pure: File | None = None


@dataclass(frozen=True)
class Verdict:
    """Files that would be installed, and what is missing; both sorted by name."""

    goal: Goal
    files: tuple[File, ...]
    missing: tuple[Missing, ...]

    @property
    def wanted(self) -> int:
        """How many projects the requirements come down to."""
        return len(self.files) + len(self.missing)


@dataclass(frozen=True)
class Stock:
    """Where wheels can come from: our index, the user's; and our recipes with the versions they are at."""

    ours: Ours
    upstream: Upstream
    recipes: Mapping[str, str]


@contextmanager
def stock(packages: Path, wheels: Path, index: str) -> Iterator[Stock]:
    """The ledgers' index, or the one that is published at the URL `index`, beside the user's own index."""
    with web.client() as http:
        upstream = Upstream(http, mirrors.registry("pypi"))
        ours = Published(http, index) if index else Ledgers(packages, wheels, upstream)
        yield Stock(ours, upstream, recipes(packages))


def judge(wanted: Sequence[str], goal: Goal, stock: Stock, *, from_pypi: bool = False) -> Verdict:
    """What `pip install` of these requirements would find in our index, or what it would miss there.

    With `from_pypi`, wheels that the user's own index has count too. FarwheelError when an index goes away.
    """
    with shelves.serve(goal, stock.ours, stock.upstream) as shelf:
        return _Judge(goal, stock, shelf, from_pypi=from_pypi).judge(wanted)


class _Judge:
    def __init__(self, goal: Goal, stock: Stock, shelf: Shelf, *, from_pypi: bool) -> None:
        self._goal = goal
        self._stock = stock
        self._shelf = shelf
        self._from_pypi = from_pypi

    def judge(self, wanted: Sequence[str]) -> Verdict:
        found = self._solve(shelves.BOTH if self._from_pypi else shelves.OURS, wanted)
        if isinstance(found, str):
            return self._incomplete(wanted, found)
        files = [self._best(name, version) for name, version in sorted(found.items())]
        return Verdict(self._goal, tuple(filter(None, files)), ())

    def _incomplete(self, wanted: Sequence[str], said: str) -> Verdict:
        closure, blamed = self._closure(wanted)
        files, missing = [], [*blamed]
        for name, version in closure.items():
            if file := self._best(name, version):
                files.append(file)
            else:
                missing.append(self._missing(name, version))
        if not missing:
            missing.append(Missing(" ".join(wanted), said))
        key = sorted(missing, key=lambda one: one.name)
        return Verdict(self._goal, tuple(sorted(files, key=lambda file: file.name)), tuple(key))

    def _closure(self, wanted: Sequence[str]) -> tuple[Resolution, list[Missing]]:
        """All that would be installed if everything had a wheel, by preference in versions that we have."""
        closure, blamed = sift(wanted, lambda these: self._solve(shelves.ANY, these))
        good = [text for text in wanted if text not in blamed]
        preferred = {name: self._versions(name) for name in closure}
        # What we have none of stays as it is: otherwise uv gives up its newest release to keep our version.
        held = [f"{name}=={version}" for name, version in closure.items() if not preferred[name]]
        pins = [f"{name}=={version}" for name, versions in preferred.items() for version in versions]
        found = self._solve(shelves.ANY, [*good, *held], pins)
        if not isinstance(found, str):
            closure = found
        return closure, [self._blamed(text, said) for text, said in blamed.items()]

    def _solve(self, index: str, wanted: Sequence[str], preferred: Sequence[str] = ()) -> Resolution | str:
        return solve(self._shelf, self._goal, index, wanted, preferred)

    def _versions(self, name: str) -> list[Version]:
        """The versions that would be found, best first."""
        found = {parse_wheel_filename(file.name)[1] for file in self._fitting(name) if not file.yanked}
        recipe = self._stock.recipes.get(name)
        return [*sorted(found, reverse=True), *([Version(recipe)] if recipe else [])]

    def _fitting(self, name: str) -> list[File]:
        files = list(self._stock.ours.files(name))
        if self._from_pypi:
            files += [file for release in self._stock.upstream.releases(name) for file in release.wheels]
        return [file for file in files if self._goal.rank(file.name) is not None]

    def _best(self, name: str, version: Version) -> File | None:
        fitting = (file for file in self._fitting(name) if parse_wheel_filename(file.name)[1] == version)
        return max(fitting, key=self._goal.worth, default=None)

    def _missing(self, name: str, version: Version) -> Missing:
        release = self._stock.upstream.release(name, version)
        if name in self._shelf.excluded:
            return Missing(name, f"{_EXCLUDED} (it wants {self._shelf.excluded[name]})")
        if name in self._stock.recipes:
            at = self._stock.recipes[name]
            other = f"recipe there, but for {at}: {version} is wanted"
            return Missing(name, other if at and Version(at) != version else _NOT_BUILT)
        if release and (file := pure(release, self._goal)):
            return Missing(name, "pure wheel, not pinned: audit --pin", file)
        if release and not release.has_wheels:
            return Missing(name, "sdist only")
        return Missing(name, "no wheel: needs a recipe")

    def _blamed(self, text: str, said: str) -> Missing:
        requirement = Requirement(text)
        name = canonicalize_name(requirement.name)
        meant = [
            release.stand_in.requires_python
            for release in self._stock.upstream.releases(name)
            if requirement.specifier.contains(release.version, prereleases=True)
        ]
        if meant and not any(self._goal.admits(bound) for bound in meant):
            return Missing(name, f"{_EXCLUDED} (it wants {meant[0]})")
        if not self._stock.upstream.releases(name) and not self._fitting(name):
            ours = name in self._stock.recipes or self._stock.ours.files(name)
            return Missing(name, _NOT_BUILT if ours else "no package index has it")
        return Missing(name, f"cannot be satisfied: {said}")


def pure(release: Release, goal: Goal) -> File | None:
    """The best wheel for every platform, as pip would choose: some have one for each CPython."""
    return max(filter(goal.takes_pure, release.wheels), key=goal.worth, default=None)


def solve(
    shelf: Shelf, goal: Goal, index: str, wanted: Sequence[str], preferred: Sequence[str] = ()
) -> Resolution | str:
    """What uv takes for a goal from one of the indexes, or its words where requirements cannot be satisfied.

    It keeps to `preferred` ("NAME==VERSION") where it can. FarwheelError when an index goes away.
    """
    output = "requirements.txt"
    done = resolve.compiled(
        shelf.root(index),
        "\n".join(wanted),
        *("--no-annotate", "--cache-dir", shelf.cache, "--output-file", output),
        *("--python-version", goal.python, "--python-platform", goal.uv_platform),
        # uv keeps to the versions that it finds in its output.
        files={output: "".join(f"{text}\n" for text in preferred).encode()},
    )
    if shelf.failure:
        raise shelf.failure
    if done.returncode == 0:
        pins = (line.partition("==") for line in done.stdout.splitlines() if "==" in line)
        return {canonicalize_name(name): Version(version) for name, _, version in pins}
    if done.returncode != _NO_SOLUTION:
        raise FarwheelError(f"uv could not resolve: {_short(done.stderr)}", "see uv's words")
    return _short(done.stderr)


def sift(wanted: Sequence[str], solve: Solve) -> tuple[Resolution, dict[str, str]]:
    """What the requirements come down to without those that make it impossible, and uv's words on each."""
    good, blamed = list(wanted), {}
    while isinstance(found := solve(good), str):
        # The shortest beginning that cannot be satisfied ends with the one to blame.
        low, high, said = 0, len(good), found
        while high - low > 1:
            middle = (low + high) // 2
            half = solve(good[:middle])
            low, high, said = (low, middle, half) if isinstance(half, str) else (middle, high, said)
        blamed[good.pop(high - 1)] = said
    return found, blamed


def _short(said: str) -> str:
    """uv's words without its hints, in one line."""
    before, because, rest = said.partition("\nhint:")[0].partition("Because ")
    words = " ".join((because + rest or before).split()).removeprefix("error: ").removesuffix(".")
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1].rstrip()}…"
