"""The flake as it was at another revision of this repository."""

import io
import subprocess
import tarfile
from pathlib import Path

from farwheel import nix
from farwheel.errors import FarwheelError, UsageError

# What was there before the first commit, as git spells it (githooks(5), pre-push) and GitHub does.
NOTHING = "0" * 40


def commit(revision: str) -> str:
    """The full name of the commit that a revision stands for, or NOTHING; UsageError where there is none."""
    if revision == NOTHING:
        return revision
    done = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if done.returncode:
        raise UsageError(
            f"{nix.REPOSITORY} has no commit {revision!r}",
            "a shallow clone lacks most of them: git fetch --unshallow, or fetch that one",
        )
    return done.stdout.decode().strip()


def export(sha: str, folder: Path) -> None:
    """Put the files of a commit into a folder; no work tree of the repository is touched."""
    done = _git("archive", "--format=tar", sha)
    if done.returncode:
        raise FarwheelError(f"git archive {sha} failed: {done.stderr.decode(errors='replace').strip()}")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")


def _git(*words: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(["git", *words], cwd=nix.REPOSITORY, capture_output=True, check=False)
