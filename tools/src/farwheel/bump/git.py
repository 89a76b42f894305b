"""The git side: what the remote has, a working tree apart from the user's own, one commit, one push."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from farwheel import cache
from farwheel.bump.record import BRANCHES, Tip
from farwheel.errors import FarwheelError

# Refs of our own, so that a fetch moves nothing that people look at.
_REFS = "refs/farwheel"
_SIGNED = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "farwheel bump"), ("EMAIL", "bump@farwheel.invalid"))
}
# What a bump may change.
_CHANGED = ("pkgs", "closures", "docs/status.md")


class TakenError(FarwheelError):
    """Somebody else pushed to the branch after we had looked."""


@dataclass(frozen=True)
class Seen:
    """The remote's main branch (`base`, at `sha`), and the tips of the packages' branches."""

    base: str
    sha: str
    tips: dict[str, Tip] = field(default_factory=dict)


class Git:
    """A repository and its remote; `base` is the branch that bumps go to, by default the remote's own.

    The user's hooks are for the user's own work, so they do not run.
    """

    def __init__(self, repository: Path, remote: str = "origin", base: str = "") -> None:
        self.repository, self.remote, self._base = repository, remote, base

    def __call__(self, *words: str, at: Path | None = None, text: str = "") -> str:
        """What a git command prints; FarwheelError with its message when it fails."""
        done = self._run(*words, at=at, text=text)
        if done.returncode != 0:
            said = done.stderr.strip().removeprefix("fatal: ")
            raise FarwheelError(f"git {words[0]}: {said or f'exit code {done.returncode}'}", _hint(said))
        return done.stdout

    def url(self) -> str:
        """Where the remote is."""
        return self("remote", "get-url", self.remote).strip()

    def look(self) -> Seen:
        """Fetch the main branch and the packages' branches, and read them."""
        base = self._base or self._head()
        wanted = (
            f"+refs/heads/{base}:{_REFS}/base",
            f"+refs/heads/{BRANCHES}*:{_REFS}/{BRANCHES}*",
        )
        quietly = ("--quiet", "--no-tags", "--prune", "--no-write-fetch-head", "--refmap=")
        self("fetch", *quietly, self.remote, *wanted)
        listed = self("for-each-ref", "--format=%(refname)", f"{_REFS}/{BRANCHES}").split()
        tips = {ref.removeprefix(f"{_REFS}/{BRANCHES}"): self._tip(ref) for ref in listed}
        return Seen(base, self("rev-parse", f"{_REFS}/base").strip(), tips)

    def conflicts(self, base: str, tip: str) -> bool:
        """Whether the two cannot be merged; False where git (too old, or shallow) cannot say."""
        return self._run("merge-tree", "--write-tree", base, tip).returncode == 1

    def contains(self, base: str, tip: str) -> bool:
        """Whether a commit is part of another's history."""
        return self._run("merge-base", "--is-ancestor", tip, base).returncode == 0

    @contextmanager
    def tree(self, sha: str) -> Iterator[Path]:
        """A working tree with a commit checked out, in the cache, whose lock "bump" the caller holds."""
        name = hashlib.sha256(str(self.repository).encode()).hexdigest()[:12]
        path = cache.folder("bump") / name
        self._forget(path)
        self("worktree", "add", "--quiet", "--detach", str(path), sha)
        try:
            yield path
        finally:
            self._forget(path)

    def reset(self, at: Path, sha: str) -> None:
        """Make a working tree what a commit says, and nothing else."""
        self("reset", "--quiet", "--hard", sha, at=at)
        self("clean", "--quiet", "-ffdx", at=at)

    def restore(self, at: Path, sha: str, path: str) -> None:
        """Make one file what a commit says, which may be that it is not there."""
        self("rm", "--quiet", "--force", "--ignore-unmatch", "--", path, at=at)
        if self._run("cat-file", "-e", f"{sha}:{path}").returncode == 0:
            self("checkout", "--quiet", sha, "--", path, at=at)

    def add(self, at: Path) -> None:
        """Tell git of new files: a flake sees nothing else."""
        self("add", "--all", "--", *(name for name in _CHANGED if (at / name).exists()), at=at)

    def commit(self, at: Path, parent: str, message: Callable[[str], str]) -> Tip:
        """Commit what is in a working tree; `message` is given the name of its tree."""
        self.add(at)
        tree = self("write-tree", at=at).strip()
        text = message(tree)
        sha = self("commit-tree", tree, "-p", parent, "-F", "-", at=at, text=text).strip()
        return Tip.of(sha, tree, parent, text)

    def can_push(self, seen: Seen) -> None:
        """FarwheelError when the remote does not let us write, which is better known before building."""
        self("push", "--quiet", "--dry-run", self.remote, f"{seen.sha}:refs/heads/{BRANCHES}-")

    def push(self, name: str, sha: str, expected: str) -> None:
        """Put a commit on the package's branch, which is at `expected` ("": is not there); "" removes it.

        TakenError when it is somewhere else by now.
        """
        ref = f"refs/heads/{BRANCHES}{name}"
        words = (
            "push",
            "--quiet",
            f"--force-with-lease={ref}:{expected}",
            self.remote,
            f"{sha}:{ref}",
        )
        done = self._run(*words)
        if done.returncode == 0:
            return
        said = done.stderr.strip()
        if "stale info" in said or "fetch first" in said or "remote ref does not exist" in said:
            raise TakenError(f"somebody else pushed to {BRANCHES}{name} meanwhile", "the next run sees to it")
        raise FarwheelError(f"git push: {said}", _hint(said))

    def _head(self) -> str:
        said = self("ls-remote", "--symref", self.remote, "HEAD")
        for line in said.splitlines():
            if line.startswith("ref: refs/heads/"):
                return line.removeprefix("ref: refs/heads/").split("\t")[0]
        raise FarwheelError(
            f"{self.remote} does not say which branch is its main one", "name it: --base BRANCH"
        )

    def _tip(self, ref: str) -> Tip:
        sha, tree, parents, message = self("log", "-1", "--format=%H%n%T%n%P%n%B", ref).split("\n", 3)
        return Tip.of(sha, tree, parents, message)

    def _forget(self, path: Path) -> None:
        self._run("worktree", "remove", "--force", "--force", str(path))
        shutil.rmtree(path, ignore_errors=True)
        self._run("worktree", "prune")

    def _run(self, *words: str, at: Path | None = None, text: str = "") -> "subprocess.CompletedProcess[str]":
        # In nobody's language, since messages are looked at; and a question would never be answered.
        env: Mapping[str, str] = _SIGNED | os.environ | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}
        command = ["git", "-c", "core.hooksPath=/dev/null", "-C", str(at or self.repository), *words]
        try:
            return subprocess.run(command, input=text, capture_output=True, text=True, check=False, env=env)
        except FileNotFoundError:
            raise FarwheelError("git is not installed", "install it: sudo apt-get install git") from None


def _hint(said: str) -> str:
    if any(
        word in said for word in ("Authentication failed", "could not read Username", "403", "Permission")
    ):
        return "git pushes with this machine's own credentials: they need write access to the repository"
    return ""
