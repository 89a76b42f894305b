"""Packages by architecture by CPython: what there is of each, and why there is nothing."""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename
from packaging.version import Version

from farwheel.index.model import File, Index, Project, Status
from farwheel.index.pages import about
from farwheel.index.pages.about import About
from farwheel.index.pages.given import Release
from farwheel.index.pages.receipt import Receipt
from farwheel.index.pages.recipes import Recipe

ARCHITECTURES = ("riscv64", "loongarch64")
# What farwheel.reproduce varies, in words.
_VARIATIONS = {
    "again": "once more",
    "mode": "with the build’s tools run in another way",
    "varied": "on one core, in another year, time zone and locale",
}


@dataclass(frozen=True)
class State:
    """How a cell stands: the class that it is styled by, the sign that it shows, and what that means."""

    key: str
    sign: str
    said: str


_PROVEN = State("a", "✓=", "tested and reproduced")
_TESTED = State("t", "✓", "tested")
_REPRODUCED = State("r", "=", "reproduced, not tested yet")
_BUILT = State("b", "•", "built, not tested yet")
_OLDER = State("o", "↓", "an older version")
_FAILING = State("f", "!", "tests fail")
_WITHDRAWN = State("w", "⊘", "withdrawn")
_MISSING = State("m", "–", "not built yet")
_EXCLUDED = State("x", "×", "not meant for this Python")
STATES = (_PROVEN, _TESTED, _REPRODUCED, _BUILT, _OLDER, _FAILING, _WITHDRAWN, _MISSING, _EXCLUDED)


@dataclass(frozen=True)
class Wheel:
    """A file of ours, with what its name and its ledger say; `tags` are those of its name."""

    file: File
    tags: frozenset[Tag]
    receipt: Receipt | None

    @classmethod
    def of(cls, file: File) -> "Wheel":
        """What is known of a file."""
        tests = file.entry.tests if file.entry else None
        return cls(file, parse_wheel_filename(file.filename)[3], Receipt.of(tests))

    @property
    def reproduced(self) -> list[str]:
        """How it was built again with the same bytes, in words."""
        past = self.file.entry.reproduced if self.file.entry else ()
        return [_VARIATIONS.get(one.variation, one.variation) for one in past]

    def serves(self, architecture: str, python: str) -> bool:
        """Whether pip would take it there, whatever the C library; `python` is a whole version."""
        return _fits(self.tags, architecture, python) and _admits(self.file.requires_python, python)

    def tested(self, python: str) -> bool:
        """Whether its tests ran in this CPython: an abi3 wheel is for many, and is tested in one."""
        if self.receipt is None or self.file.entry is None:
            return False
        if self.receipt.python:
            return Version(self.receipt.python).release[:2] == Version(python).release[:2]
        return _short(python) in self.file.entry.pythons

    @property
    def architecture(self) -> str:
        """The one that it was made for, or "" for a pure one."""
        platforms = {tag.platform for tag in self.tags}
        found = (a for a in ARCHITECTURES for platform in platforms if platform.endswith(f"_{a}"))
        return next(found, "")

    @property
    def pythons(self) -> str:
        """The interpreters that its name speaks of, for people: "CPython 3.13", "CPython 3.10 and newer"."""
        found = sorted({(tag.interpreter, tag.abi == "abi3") for tag in self.tags})
        return ", ".join(f"{_interpreter(name)}{' and newer' if stable else ''}" for name, stable in found)

    @property
    def order(self) -> tuple[bool, Version, tuple[()] | tuple[int, str]]:
        """What pip prefers, last: a final release, then the newer, then the later build."""
        return not self.file.version.is_prerelease, self.file.version, self.file.build


@dataclass(frozen=True)
class Cell:
    """One architecture and CPython ("3.13"): its `wheel`, or `why` there is none.

    With a wheel, `why` is what keeps it from being better.
    """

    architecture: str
    python: str
    state: State
    wheel: Wheel | None = None
    why: str = ""
    tested: bool = False


@dataclass(frozen=True)
class Package:
    """A package of ours: `wheels` newest first, `cells` in the order of the grid's columns."""

    name: str
    cells: tuple[Cell, ...]
    wheels: tuple[Wheel, ...]
    about: About
    recipe: Recipe
    status: Status
    newest: Release | None

    @property
    def version(self) -> str:
        """The best that is offered, or "" where there is nothing."""
        return next((str(w.file.version) for w in self._offered), "")

    @property
    def _offered(self) -> list[Wheel]:
        kept = [wheel for wheel in self.wheels if not wheel.file.yanked]
        return sorted(kept, key=lambda wheel: wheel.order, reverse=True)

    @property
    def behind(self) -> str:
        """Upstream's newest version, where it is newer than what is offered."""
        ahead = self.newest and (not self.version or self.newest.version > Version(self.version))
        return str(self.newest.version) if self.newest and ahead else ""

    @property
    def days_behind(self) -> int:
        """From the release that is pinned to upstream's newest; 0 where one of the two is not known."""
        if not (self.behind and self.newest and self.recipe.released):
            return 0
        return (date.fromisoformat(self.newest.released) - date.fromisoformat(self.recipe.released)).days

    def best(self, architecture: str) -> Cell | None:
        """The cell of this architecture that has most to show, or None where all are empty."""
        there = [cell for cell in self.cells if cell.architecture == architecture and cell.wheel]
        return min(there, key=lambda cell: STATES.index(cell.state), default=None)


@dataclass(frozen=True)
class Grid:
    """`pythons` is "cp313" -> "3.13.15"; `others` are the projects that are here because ours need them."""

    pythons: Mapping[str, str]
    packages: tuple[Package, ...]
    others: tuple[Project, ...]
    floors: Mapping[str, str] = field(default_factory=dict)

    @property
    def wheels(self) -> list[Wheel]:
        """Every wheel of ours."""
        return [wheel for package in self.packages for wheel in package.wheels]

    @property
    def states(self) -> list[State]:
        """Those that occur."""
        found = {cell.state for package in self.packages for cell in package.cells}
        return [state for state in STATES if state in found]


def grid(
    index: Index, recipes: Mapping[str, Recipe], pythons: Mapping[str, str], newest: Mapping[str, Release]
) -> Grid:
    """Everything that the pages tell, from the index and what the tables know."""
    projects = {project.name: project for project in index.projects}
    absent = [parse_wheel_filename(name) for name in sorted(index.absent)]
    gone: dict[str, set[frozenset[Tag]]] = {}
    for name, _, _, tags in absent:
        gone.setdefault(name, set()).add(tags)
    ours = recipes.keys() | gone.keys() | {name for name, project in projects.items() if _is_ours(project)}
    packages = []
    for name in sorted(ours):
        project = projects.get(name) or Project(name, (), ())
        recipe = recipes.get(name) or Recipe()
        row = _Row(project, recipe, gone.get(name, set()), [Wheel.of(file) for file in project.files])
        packages.append(row.package(pythons, newest.get(name), index.metadata))
    found = Grid(pythons, tuple(packages), tuple(p for p in index.projects if p.name not in ours))
    return Grid(found.pythons, found.packages, found.others, _floors(found.wheels))


def _is_ours(project: Project) -> bool:
    # A status is said of ours only.
    return not project.files or any(file.entry for file in project.files)


@dataclass(frozen=True)
class _Row:
    project: Project
    recipe: Recipe
    gone: set[frozenset[Tag]]
    wheels: list[Wheel]

    def package(
        self, pythons: Mapping[str, str], newest: Release | None, metadata: Mapping[str, bytes]
    ) -> Package:
        latest = max(self.wheels, key=lambda wheel: wheel.order, default=None)
        cells = [self._cell(arch, python) for arch in ARCHITECTURES for python in pythons.values()]
        return Package(
            name=self.project.name,
            cells=tuple(cells),
            wheels=tuple(sorted(self.wheels, key=lambda wheel: wheel.order, reverse=True)),
            about=about.read(metadata[latest.file.metadata]) if latest else About(),
            recipe=self.recipe,
            status=self.project.status,
            newest=newest,
        )

    def _cell(self, architecture: str, python: str) -> Cell:
        here = functools.partial(Cell, architecture, ".".join(map(str, Version(python).release[:2])))
        fitting = [wheel for wheel in self.wheels if wheel.serves(architecture, python)]
        offered = [wheel for wheel in fitting if not wheel.file.yanked]
        if self.project.status.status == "quarantined":
            return here(_WITHDRAWN, None, f"quarantined: {self.project.status.reason or 'no reason is given'}")
        if offered:
            wheel = max(offered, key=lambda wheel: wheel.order)
            state = self._state(wheel, python)
            return here(state, wheel, self._lacks(wheel, python), wheel.tested(python))
        if fitting:
            wheel = max(fitting, key=lambda wheel: wheel.order)
            return here(_WITHDRAWN, None, f"{wheel.file.version} was withdrawn: {wheel.file.yanked}")
        return here(*self._nothing(architecture, python))

    def _state(self, wheel: Wheel, python: str) -> State:
        newest = max((w.order for w in self.wheels if not w.file.yanked), default=wheel.order)
        reproduced = bool(wheel.reproduced)
        if wheel.order[:2] < newest[:2]:
            return _OLDER
        if not wheel.tested(python) or wheel.receipt is None:
            return _REPRODUCED if reproduced else _BUILT
        if not wheel.receipt.good:
            return _FAILING
        return _PROVEN if reproduced else _TESTED

    def _lacks(self, wheel: Wheel, python: str) -> str:
        if self.recipe.version and wheel.file.version < Version(self.recipe.version):
            return f"{self.recipe.version} is not built yet"
        if wheel.receipt and not wheel.tested(python):
            return f"tested with CPython {wheel.receipt.python}" if wheel.receipt.python else ""
        return ""

    def _nothing(self, architecture: str, python: str) -> tuple[State, None, str]:
        """Why there is no wheel, the plainest reason first."""
        recipe = self.recipe
        if not recipe.requires_python.contains(python, prereleases=True):
            return _EXCLUDED, None, f"upstream's {recipe.version} is for Python {recipe.requires_python}"
        if not recipe.left_out.contains(python, prereleases=True):
            return _EXCLUDED, None, f"the recipe is for Python {recipe.left_out} only"
        if any(_fits(tags, architecture, python) for tags in self.gone):
            return _MISSING, None, "built, but left out of this index"
        if recipe.version and _short(python) not in recipe.locked:
            return _MISSING, None, "something that it needs has no release for this CPython"
        return _MISSING, None, "not built yet" if recipe.version else "there is a recipe, and no pin yet"


@functools.cache
def _fits(tags: frozenset[Tag], architecture: str, python: str) -> bool:
    """Whether one of the tags is for this architecture and CPython."""
    offered = _interpreters(python)
    return any(
        (tag.interpreter, tag.abi) in offered
        and (tag.platform == "any" or tag.platform.endswith(f"_{architecture}"))
        for tag in tags
    )


@functools.cache
def _interpreters(python: str) -> frozenset[tuple[str, str]]:
    """The (interpreter, abi) of every tag that a CPython of this version takes."""
    version, short = Version(python).release[:2], _short(python)
    tags = [*cpython_tags(version, [short], ["any"]), *compatible_tags(version, short, ["any"])]
    return frozenset((tag.interpreter, tag.abi) for tag in tags)


@functools.cache
def _admits(requires_python: str, python: str) -> bool:
    try:
        return SpecifierSet(requires_python).contains(python, prereleases=True)
    except InvalidSpecifier:
        # pip ignores what it cannot read.
        return True


def _interpreter(tag: str) -> str:
    """CPython 3.13 for cp313, Python 3 for py3."""
    kind, number = {"cp": "CPython", "py": "Python"}.get(tag[:2], ""), tag[2:]
    return f"{kind} {number[:1]}{'.' if number[1:] else ''}{number[1:]}" if kind and number.isdigit() else tag


def _short(python: str) -> str:
    """cp313 for 3.13.15."""
    return "cp{}{}".format(*Version(python).release[:2])


def _floors(wheels: Iterable[Wheel]) -> dict[str, str]:
    """Architecture -> the newest glibc that a wheel of ours for it needs: "2.31"."""
    found: dict[str, tuple[int, int]] = {}
    for platform in {tag.platform for wheel in wheels for tag in wheel.tags}:
        family, _, rest = platform.partition("_")
        numbers = rest.split("_", 2)
        if family == "manylinux" and len(numbers) == 3 and all(n.isdigit() for n in numbers[:2]):  # noqa: PLR2004
            glibc = int(numbers[0]), int(numbers[1])
            found[numbers[2]] = max(glibc, found.get(numbers[2], glibc))
    return {arch: "{}.{}".format(*found[arch]) for arch in ARCHITECTURES if arch in found}
