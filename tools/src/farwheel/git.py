"""git, as the user has configured it, but for what would change a tree or run somebody's program."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from farwheel.errors import FarwheelError
from farwheel.transfer import RefusedError

# A tree is the same whoever checks it out, and a dead server does not hold up everything for ever.
_SETTINGS = {
    "core.attributesFile": os.devnull,
    "core.autocrlf": "false",
    "core.eol": "lf",
    "core.hooksPath": os.devnull,
    "core.symlinks": "true",
    "http.lowSpeedLimit": "1024",
    "http.lowSpeedTime": "60",
    "protocol.ext.allow": "never",
}
_PASSWORD = re.compile(r"//[^/@\s]+@")
# Set where this runs below a git hook: they mean that repository.
_LOCAL = (
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_WORK_TREE",
)


_running: set["subprocess.Popen[str]"] = set()


def stop() -> None:
    """End every git that another thread waits for: no signal reaches it, and it would outlive us."""
    for process in list(_running):
        process.terminate()


def _run(command: Sequence[str], **words: Any) -> "subprocess.CompletedProcess[str]":
    """As subprocess.run does it, in the reach of `stop`."""
    with subprocess.Popen(command, **words) as process:
        _running.add(process)
        try:
            out, errors = process.communicate()
        except BaseException:
            process.kill()
            raise
        finally:
            _running.discard(process)
    return subprocess.CompletedProcess(command, process.returncode, out, errors)


class Git:
    """Runs git so that what it looks for below the URL `default` it finds below `base`, submodules too.

    It is what nix-prefetch-github calls a command runner.
    """

    def __init__(self, base: str, default: str) -> None:
        settings = _SETTINGS | ({} if base == default else {f"url.{base}/.insteadOf": f"{default}/"})
        self._env = {name: value for name, value in os.environ.items() if name not in _LOCAL}
        first = int(self._env.get("GIT_CONFIG_COUNT") or 0)
        for number, (name, value) in enumerate(settings.items(), first):
            self._env |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
        self._env |= {
            "GIT_CONFIG_COUNT": str(first + len(settings)),
            # Large files stay the small ones that stand for them in the repository.
            "GIT_LFS_SKIP_SMUDGE": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "LC_ALL": "C",
        }

    def run_command(
        self,
        command: Sequence[str],
        cwd: str | None = None,
        environment_variables: Mapping[str, str] | None = None,
        merge_stderr: bool = False,
    ) -> tuple[int, str]:
        """0 and what a command writes to stdout; RefusedError with its own words when it fails."""
        env = self._env | dict(environment_variables or {})
        errors = subprocess.STDOUT if merge_stderr else subprocess.PIPE
        try:
            done = _run(
                command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
                text=True, errors="replace",
            )  # fmt: skip
        except FileNotFoundError:
            raise FarwheelError("git is missing", "install it (Debian: sudo apt-get install git)") from None
        if done.returncode != 0:
            said = " ".join(line for line in (done.stderr or done.stdout).splitlines() if line.strip())
            reason = _PASSWORD.sub("//***@", said) or f"git exited with {done.returncode}"
            raise RefusedError(reason, again=True)
        return 0, done.stdout

    def checkout(self, url: str, commit: str, tree: Path) -> int:
        """Make the folder `tree`: a commit's files, its submodules' too, nothing of git's own.

        The commit's time in seconds since 1970. RefusedError when the server does not give it.
        """
        tree.mkdir()
        for words in (
            ("init", "--quiet", "--template="),
            # Submodules may be named relative to it.
            ("remote", "add", "origin", url),
            ("fetch", "--quiet", "--depth=1", "--no-tags", "origin", commit),
            ("checkout", "--quiet", "--detach", "FETCH_HEAD"),
            ("submodule", "--quiet", "update", "--init", "--recursive", "--depth=1"),
        ):
            self.run_command(["git", *words], str(tree))
        time = int(self.run_command(["git", "show", "--no-patch", "--format=%ct", "HEAD"], str(tree))[1])
        for top, folders, files in os.walk(tree):
            if ".git" in folders:
                folders.remove(".git")
                shutil.rmtree(Path(top, ".git"))
            if ".git" in files:
                Path(top, ".git").unlink()
        return time
