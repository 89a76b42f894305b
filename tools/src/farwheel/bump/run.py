"""A run of the bot: every package looked at, what has to be done done, a row for each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from farwheel import cache
from farwheel.bump import mirror
from farwheel.bump.git import Git, Seen, TakenError
from farwheel.bump.make import AlteredError, Maker
from farwheel.bump.package import Means, Package
from farwheel.bump.pulls import Pull, Pulls
from farwheel.bump.record import BRANCHES
from farwheel.bump.row import Row
from farwheel.errors import FarwheelError
from farwheel.github import GitHubError, LimitError
from farwheel.standing import Standing


@dataclass
class Bot:
    """`look` tells how packages stand in a working tree (all of them without names).

    `pulls` is None where GitHub is not asked; `most` limits how many packages are built, if it is not
    None; a `dry` run writes to neither git nor GitHub; `again` makes anew what would rest.
    """

    git: Git
    pulls: Callable[[str], Pulls | None]
    look: Callable[[Path, list[str]], list[Standing]]
    maker: Maker
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    most: int | None = None
    dry: bool = False
    again: bool = False
    _made: int = field(default=0, init=False)

    def run(self, names: list[str]) -> Iterator[Row]:
        """A row for each of these packages, as they are done; no names mean all that there are."""
        # Before looking: what another run has done while this one waits is not to be done again.
        with cache.alone("bump"):
            yield from self._run(names)

    def _run(self, names: list[str]) -> Iterator[Row]:
        seen = self.git.look()
        pulls = self.pulls(seen.base)
        opened = pulls.open() if pulls else {}
        if not self.dry:
            self.git.can_push(seen)
        with self.git.tree(seen.sha) as tree:
            standings = self.look(tree, names)
            means = Means(
                self.git, seen, tree, pulls, self.maker, self.now(), self._may_make, self.dry, self.again
            )
            for standing in sorted(standings, key=lambda one: (not one.security, one.name)):
                yield _guarded(Package(means, standing, opened.get(standing.name)))
        if not names:
            yield from self._gone(seen, opened, pulls, {standing.name for standing in standings})

    def _may_make(self) -> bool:
        self._made += 1
        return self.most is None or self._made <= self.most

    def _gone(
        self, seen: Seen, opened: dict[str, Pull], pulls: Pulls | None, known: set[str]
    ) -> Iterator[Row]:
        """Branches of packages that the main branch does not have any more."""
        for name in sorted(seen.tips.keys() - known):
            tip, why = seen.tips[name], f"{name} is not in pkgs/ any more"
            if not tip.record:
                yield Row(name, "left", f"{BRANCHES}{name} has commits of somebody else")
                continue
            url = ""
            if not self.dry:
                if pulls and (pull := opened.get(name)):
                    url = mirror.close(pulls, pull, why).url
                self.git.push(name, "", tip.sha)
            yield Row(name, "would" if self.dry else "closed", why, url=url)


def _guarded(package: Package) -> Row:
    """What is wrong with one package is no reason to leave the others."""
    standing = package.standing
    row = Row(standing.name, "trouble", "", str(standing.ours), str(standing.take or ""))
    try:
        return package.row(row)
    except GitHubError as error:
        # These go for all packages, and none should be built in vain.
        if isinstance(error, LimitError) or error.status in {401, 403}:
            raise
        return replace(row, why=_words(error))
    except AlteredError as error:
        return replace(row, did="alarm", why=_words(error))
    except TakenError as error:
        return replace(row, did="left", why=_words(error))
    except FarwheelError as error:
        return replace(row, why=_words(error))


def _words(error: FarwheelError) -> str:
    return f"{error.message}\n{error.hint}".strip()
