"""Our own verbs, run in a working tree as a person would run them there."""

import json
import os
import subprocess
import sys
import threading
from collections import deque
from pathlib import Path

from farwheel.bump.body import Failure
from farwheel.errors import FarwheelError, UnavailableError
from farwheel.standing import Standing

_KEPT = 400
# Nothing that builds other people's code needs them.
_SECRETS = ("GITHUB_TOKEN", "GH_TOKEN")


class VerbError(FarwheelError):
    """A verb failed, and this is how."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.step}: {failure.message}")
        self.failure = failure


def run(tree: Path, step: str, *words: str, fine: tuple[int, ...] = (0,)) -> str:
    """What a verb prints; its talk goes on to stderr. VerbError when it fails, with the end of that.

    UnavailableError where the verb says so.

    Other exit codes than 0 may be `fine` too, when something was printed: some verbs judge by them.
    """
    command = [str(tree / "tools/farwheel"), *words]
    env = {name: value for name, value in os.environ.items() if name not in _SECRETS}
    sys.stderr.write(f"farwheel: {' '.join(words)}\n")
    talk: deque[str] = deque(maxlen=_KEPT)
    with subprocess.Popen(
        command,
        cwd=tree,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as process:
        printed = _drained(process, talk)
    if process.returncode in fine and (printed or process.returncode == 0):
        return printed
    if process.returncode in {-2, 130}:
        raise KeyboardInterrupt
    told = [line.removeprefix("error: ") for line in talk if line.startswith("error: ")]
    told += [line.strip() for line in printed.splitlines() if "FAIL " in line]
    message = told[-1] if told else f"it ended with exit code {process.returncode}"
    if process.returncode == UnavailableError.exit_code:
        raise UnavailableError(f"{step}: {message}")
    # What a verb judges it prints, so that is part of the log.
    raise VerbError(Failure(step, message, [*talk, *printed.splitlines()]))


def _drained(process: "subprocess.Popen[str]", talk: deque[str]) -> str:
    """Standard output whole; standard error line by line, so that a person sees it now."""
    printed: list[str] = []
    if process.stdout is None or process.stderr is None:
        return ""
    reader = threading.Thread(target=lambda out: printed.append(out.read()), args=(process.stdout,))
    reader.start()
    for line in process.stderr:
        sys.stderr.write(line)
        talk.append(line.rstrip("\n"))
    reader.join()
    return "".join(printed)


def standings(tree: Path, names: list[str], cooldown: float) -> list[Standing]:
    """How packages stand, as the working tree's own `outdated` tells."""
    said = run(tree, "outdated", "outdated", "--json", "--cooldown", f"{cooldown:g}", *names, fine=(0, 1))
    found = [Standing.from_json(data) for data in json.loads(said)]
    # Pins of others' wheels have no recipe to bump.
    return [one for one in found if not one.pinned]
