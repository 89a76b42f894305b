"""Newer releases of what is pinned: those that go with all else that requirements come down to."""

from collections.abc import Callable, Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from packaging.utils import parse_wheel_filename
from packaging.version import Version

from farwheel.audit import shelf as shelves
from farwheel.audit.goal import Goal
from farwheel.audit.upstream import Release
from farwheel.audit.verdict import Stock, Verdict, pure, sift, solve
from farwheel.simple import File

# The versions of a project that its pins may move to; None: nothing is pinned, so any.
Admitted = Callable[[str], AbstractSet[Version] | None]


def upgraded(wanted: Sequence[str], verdict: Verdict, stock: Stock, admitted: Admitted) -> list[File]:
    """Upstream's pure wheels that an installation would take if our index had the newest ones.

    Packages of ours stay at the versions that they have. What `verdict` says is missing stays missing, and
    keeps nothing else back, unless pins are all that is; requirements that cannot be satisfied so are left
    out. FarwheelError as `judge`.
    """
    goal = verdict.goal
    # Where pins cannot make it complete, they only move.
    complete = all(one.pure for one in verdict.missing)
    missing = {
        one.name for one in verdict.missing if not (one.pure and (complete or stock.ours.files(one.name)))
    }
    candidates = _Candidates(goal, stock, missing, admitted)
    with shelves.serve(goal, candidates, candidates) as shelf:
        found, _ = sift(wanted, lambda these: solve(shelf, goal, shelves.ANY, these))
    files: list[File] = []
    for name, version in found.items():
        if name in stock.recipes or name in missing:
            continue
        here = [file for file in candidates.files(name) if goal.rank(file.name) is not None]
        if any(parse_wheel_filename(file.name)[1] == version for file in here):
            continue
        release = next(one for one in candidates.releases(name) if one.version == version)
        files += filter(None, [pure(release, goal)])
    return files


@dataclass(frozen=True)
class _Candidates:
    """Our index without what upstream took back, and what of upstream's could be pinned beside it.

    What is missing anyway has all of upstream's releases, as if they had wheels for everybody.
    """

    goal: Goal
    stock: Stock
    missing: Collection[str]
    admitted: Admitted

    def files(self, name: str) -> list[File]:
        """As `Ours` says."""
        files = self.stock.ours.files(name)
        if name in self.stock.recipes:
            return files
        yanked = {
            file.name
            for release in self.stock.upstream.releases(name)
            for file in release.wheels
            if file.yanked
        }
        return [file for file in files if file.name not in yanked]

    def releases(self, name: str) -> list[Release]:
        """As `Releases` says."""
        found = self.stock.upstream.releases(name)
        if name in self.stock.recipes:
            # One that is not built yet is taken for built, at the version that it is at.
            at = self.stock.recipes[name]
            return [one for one in found if name in self.missing and at in {"", str(one.version)}]
        if name in self.missing:
            return found
        versions = self.admitted(name)
        fitting = (
            replace(one, wheels=tuple(filter(self._fits, one.wheels)))
            for one in found
            if versions is None or one.version in versions
        )
        return [one for one in fitting if one.wheels]

    def metadata(self, file: File) -> bytes:
        """As `Ours` says of a file of ours, and `Releases` of one of upstream's."""
        return self.stock.upstream.metadata(file) if file.url else self.stock.ours.metadata(file)

    def _fits(self, file: File) -> bool:
        return not file.yanked and self.goal.takes_pure(file)
