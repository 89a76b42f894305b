"""All that a bump bot lives among, small and real: an index, a git remote, GitHub's API, a checkout.

Only the prover is none: it builds nothing, and writes ledgers as if it had.
"""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bump_prover import Prover, enter
from farwheel import nix, outdated, targets
from farwheel.bump.git import Git
from farwheel.bump.make import Maker
from farwheel.bump.pulls import Pulls
from farwheel.bump.row import Row
from farwheel.bump.run import Bot
from farwheel.cli.sources import upstream
from farwheel.github import GitHub
from farwheel.lock import lock_package
from farwheel.pins import read_json, write_json
from farwheel.standing import Standing
from github_server import TOKEN, FakeGitHub
from github_server import serve as serve_github
from github_state import SLUG, State
from package_index import PackageIndex
from package_index import serve as serve_index

START = datetime.fromisoformat("2026-10-01T03:00:00+00:00")
_PYPROJECT = '[build-system]\nrequires = ["helper"]\nbuild-backend = "helper"\n'
PERSON = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "A Person"), ("EMAIL", "person@home.example"))
}


@dataclass
class TimedIndex(PackageIndex):
    """An index whose files have times of upload of their own, and vulnerabilities in its JSON API."""

    uploaded: dict[str, str] = field(default_factory=dict)

    def _row(self, name: str, content: bytes) -> dict[str, Any]:
        return super()._row(name, content) | {"upload-time": self.uploaded[name]}


@dataclass
class World:
    """A day's state; `night` runs the bot."""

    root: Path
    index: TimedIndex
    github: FakeGitHub
    prover: Prover = field(default_factory=Prover)
    now: datetime = START

    @property
    def origin(self) -> Path:
        return self.root / "origin.git"

    @property
    def checkout(self) -> Path:
        return self.root / "checkout"

    def git(self, *words: str, at: Path | None = None) -> str:
        """A git command of a person's, by default in the origin."""
        command = ["git", "-C", str(at or self.origin), *words]
        done = subprocess.run(command, env=os.environ | PERSON, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def release(self, name: str, version: str, **more: str) -> None:
        """Upstream publishes a source release now."""
        info = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        files = {"pyproject__toml": _PYPROJECT, "PKG-INFO": info + more.pop("info", "")} | more
        self._publish(self.index.add_sdist(name, version, **files))

    def wheels_of_upstream(self, name: str, version: str) -> None:
        """Upstream publishes wheels for our architectures, too."""
        for tag in targets.PLATFORMS.values():
            self._publish(self.index.add_wheel(name, version, f"cp313-cp313-{tag}"))

    def _publish(self, file: str) -> None:
        self.index.uploaded[file] = self.now.isoformat()

    def advise(self, name: str, version: str, **advisory: Any) -> None:
        """A vulnerability of a version becomes known."""
        self.index.tell(f"{name}/{version}", info={"version": version}, vulnerabilities=[advisory])

    def recipe(self, name: str, text: str = "{ }\n") -> None:
        """Somebody commits a recipe, of the version that is newest, to the main branch."""
        with self.person("main") as tree:
            folder = tree / "pkgs" / name
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "default.nix").write_text(text)
            if not (folder / "pin.json").exists():
                change = lock_package(tree, name, upstream())
                change.write()
                enter(tree, name, change.new["version"])

    @contextmanager
    def person(self, branch: str) -> Iterator[Path]:
        """What a person changes here is a commit on that branch."""
        tree = self.root / "person"
        self.git("worktree", "add", "--quiet", "--force", str(tree), branch)
        try:
            yield tree
            self.git("add", "--all", at=tree)
            self.git("commit", "--quiet", "--message", "By hand", at=tree)
        finally:
            self.git("worktree", "remove", "--force", str(tree))

    def merge(self, number: int) -> None:
        """A person squashes a pull request into the main branch, and leaves the branch."""
        pull = self.github.state.pulls[number]
        sha = pull["head"]["sha"]
        tree = self.git("merge-tree", "--write-tree", "main", sha)
        commit = self.git("commit-tree", tree, "-p", "main", "-m", f"{pull['title']} (#{number})")
        self.git("update-ref", "refs/heads/main", commit)
        pull |= {"state": "closed", "merged_at": self.now.isoformat()}

    def bot(self, **more: Any) -> Bot:
        """A bot with a client of its own."""
        clock = self.github.clock
        github = GitHub(SLUG, more.pop("token", TOKEN), self.github.state.url, sleep=clock.sleep, clock=clock)
        return Bot(
            Git(self.checkout),
            lambda base: Pulls(github, base) if github.has_token else None,
            self.look,
            Maker(upstream(), self.prover),
            now=lambda: self.now,
            **more,
        )

    def night(self, *names: str, **more: Any) -> dict[str, str]:
        """A run of the bot: package -> what it did."""
        return {row.name: row.did for row in self.rows(*names, **more)}

    def rows(self, *names: str, **more: Any) -> list[Row]:
        """A run of the bot, in all that it tells."""
        return list(self.bot(**more).run(list(names)))

    def later(self, days: float) -> None:
        """Time passes."""
        self.now += timedelta(days=days)

    def pull(self, name: str) -> dict[str, Any]:
        """The one open pull request of a package."""
        opened = self.open()
        assert name in opened, f"{name} has none"
        return opened[name]

    def open(self) -> dict[str, dict[str, Any]]:
        """Package -> its open pull request; there is never more than one."""
        self.github.state.sync()
        found = [pull for pull in self.github.state.pulls.values() if pull["state"] == "open"]
        named = {pull["head"]["ref"].removeprefix("bump/"): pull for pull in found}
        assert len(named) == len(found)
        return named

    def branches(self) -> dict[str, str]:
        """The origin's branches and where they are."""
        lines = self.git("for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads").splitlines()
        return dict(line.split() for line in lines)

    def look(self, tree: Path, names: list[str]) -> list[Standing]:
        """As the verb `outdated` does it in that tree, but for Nix."""
        known = {}
        for path in sorted(tree.glob("pkgs/*/pin.json")):
            hold = re.search(r'hold = "(.*)"', path.with_name("default.nix").read_text())
            known[path.parent.name] = {
                "version": read_json(path)["version"],
                "pythons": ["cp313"],
                "hold": hold[1] if hold else None,
            }
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(nix, "REPOSITORY", tree)
            patch.setattr(targets, "catalogue", lambda: known)
            found = outdated.look(names, upstream(), now=self.now)
            return [one for one in found if not one.pinned]


@contextmanager
def world(root: Path, monkeypatch: pytest.MonkeyPatch, kind: str = "json") -> Iterator[World]:
    """An empty repository on a remote, a clone of it, an index and GitHub."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("UV_CACHE_DIR", str(root / "uv"))
    origin, checkout = root / "origin.git", root / "checkout"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(origin)], check=True)
    with serve_index(TimedIndex(kind=kind)) as index, serve_github(FakeGitHub(State(origin))) as github:
        monkeypatch.setenv("FARWHEEL_PYPI", index.url)
        assert isinstance(index, TimedIndex)
        made = World(root, index, github)
        for name in (
            index.add_wheel("helper", "1.0"),
            index.add_wheel("pytest", "9.0"),
            index.add_wheel("pytest-timeout", "2.4"),
        ):
            index.uploaded[name] = START.isoformat()
        _first_commit(made, checkout)
        yield made


def _first_commit(made: World, checkout: Path) -> None:
    made.git("clone", "--quiet", str(made.origin), str(checkout), at=made.root)
    (checkout / "nix/cpython").mkdir(parents=True)
    write_json(checkout / "nix/cpython/versions.json", {"cp313": {"version": "3.13.18"}})
    made.git("add", "--all", at=checkout)
    made.git("commit", "--quiet", "--message", "Begin", at=checkout)
    made.git("push", "--quiet", "origin", "HEAD:main", at=checkout)


@contextmanager
def released(root: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> Iterator[World]:
    """A world with a package, alpha, of which 1.1 came out and has cooled down."""
    with world(root, monkeypatch, kind) as made:
        made.release("alpha", "1.0")
        made.recipe("alpha")
        made.release("alpha", "1.1")
        made.later(5)
        yield made
        assert made.github.violations == []
