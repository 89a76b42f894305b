"""Packages by architecture by CPython: what there is of each, and why there is nothing."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from packaging.tags import Tag
from packaging.utils import parse_wheel_filename
from packaging.version import Version

from farwheel.index.model import Index, Project, Status
from farwheel.index.pages import about
from farwheel.index.pages.about import About
from farwheel.index.pages.given import Release
from farwheel.index.pages.recipes import Recipe
from farwheel.index.pages.wheel import ARCHITECTURES, Wheel, fits
from farwheel.interpreter import admits, minor, tag_of

_MANYLINUX = re.compile(r"manylinux_(\d+)_(\d+)_(\w+)")


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
_MISSING = State("m", "\N{EN DASH}", "no wheel yet")
_EXCLUDED = State("x", "\N{MULTIPLICATION SIGN}", "not meant for this Python")
STATES = (_PROVEN, _TESTED, _REPRODUCED, _BUILT, _OLDER, _FAILING, _WITHDRAWN, _MISSING, _EXCLUDED)


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
    """A package of ours: `wheels` best first, `cells` in the order of the grid's columns."""

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
        return next((str(wheel.file.version) for wheel in self.wheels if not wheel.file.yanked), "")

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

    @property
    def wheels(self) -> list[Wheel]:
        """Every wheel of ours."""
        return [wheel for package in self.packages for wheel in package.wheels]

    @property
    def minors(self) -> list[str]:
        """The CPythons as people call them: "3.13"."""
        return [minor(tag) for tag in self.pythons]

    @property
    def floors(self) -> dict[str, str]:
        """Architecture -> the newest glibc that a wheel of ours for it needs: "2.31"."""
        platforms = {tag.platform for wheel in self.wheels for tag in wheel.tags}
        found: dict[str, list[tuple[int, int]]] = {}
        for match in filter(None, map(_MANYLINUX.fullmatch, platforms)):
            found.setdefault(match[3], []).append((int(match[1]), int(match[2])))
        return {arch: "{}.{}".format(*max(found[arch])) for arch in ARCHITECTURES if arch in found}

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
    absent: dict[str, set[frozenset[Tag]]] = {}
    for name, _, _, tags in map(parse_wheel_filename, index.absent):
        absent.setdefault(name, set()).add(tags)
    ours = recipes.keys() | absent.keys() | {project.name for project in index.projects if _is_ours(project)}
    rows = [
        _Row(projects.get(name, Project(name, (), ())), recipes.get(name, Recipe()), absent.get(name, set()))
        for name in sorted(ours)
    ]
    packages = [row.package(pythons, newest.get(row.project.name), index.metadata) for row in rows]
    return Grid(pythons, tuple(packages), tuple(p for p in index.projects if p.name not in ours))


def _is_ours(project: Project) -> bool:
    # One in quarantine has no files, and a page that says why, whosever it is.
    return not project.files or any(file.entry for file in project.files)


@dataclass(frozen=True)
class _Row:
    project: Project
    recipe: Recipe
    absent: set[frozenset[Tag]]

    @functools.cached_property
    def wheels(self) -> list[Wheel]:
        return sorted(map(Wheel.of, self.project.files), key=lambda wheel: wheel.order, reverse=True)

    def package(
        self, pythons: Mapping[str, str], newest: Release | None, metadata: Mapping[str, bytes]
    ) -> Package:
        cells = [self._cell(arch, python) for arch in ARCHITECTURES for python in pythons.values()]
        return Package(
            name=self.project.name,
            cells=tuple(cells),
            wheels=tuple(self.wheels),
            about=about.read(metadata[self.wheels[0].file.metadata]) if self.wheels else About(),
            recipe=self.recipe,
            status=self.project.status,
            newest=newest,
        )

    def _cell(self, architecture: str, python: str) -> Cell:
        here = functools.partial(Cell, architecture, minor(tag_of(python)))
        fitting = [wheel for wheel in self.wheels if wheel.serves(architecture, python)]
        offered = [wheel for wheel in fitting if not wheel.file.yanked]
        if self.project.status.status == "quarantined":
            return here(_WITHDRAWN, None, f"quarantined: {self.project.status.reason or 'no reason given'}")
        if offered:
            wheel = max(offered, key=lambda wheel: wheel.worth(architecture, python))
            state = self._state(wheel, python)
            return here(state, wheel, self._lacks(wheel, python), wheel.tested(python))
        if fitting:
            file = fitting[0].file
            return here(_WITHDRAWN, None, f"{file.version} was withdrawn: {file.yanked}")
        return here(*self._nothing(architecture, python))

    def _state(self, wheel: Wheel, python: str) -> State:
        newest = next(other for other in self.wheels if not other.file.yanked)
        reproduced = bool(wheel.reproduced)
        if wheel.file.version != newest.file.version:
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
            pythons = ", ".join(wheel.receipt.pythons)
            return f"tested with CPython {pythons}" if pythons else ""
        return ""

    def _nothing(self, architecture: str, python: str) -> tuple[State, None, str]:
        """Why there is no wheel, the plainest reason first."""
        recipe = self.recipe
        if not admits(recipe.requires_python, python):
            return _EXCLUDED, None, f"upstream's {recipe.version} is for Python {recipe.requires_python}"
        if not admits(recipe.pythons, python):
            return _EXCLUDED, None, f"the recipe is for Python {recipe.pythons} only"
        if any(fits(tags, architecture, python) for tags in self.absent):
            return _MISSING, None, "built, but left out of this index"
        if recipe.version and tag_of(python) not in recipe.locked:
            return _MISSING, None, "something that it needs has no release for this CPython"
        return _MISSING, None, "not built yet"
