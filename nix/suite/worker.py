"""A worker as the supervisor sees it: a process, two pipes, a log, and the tests that it was given."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from config import Config

_MOST_LOG = 20_000
_LAST_WORDS = 5.0
# An assertion of QEMU's, or its own segmentation fault; of the program's it says "uncaught target signal".
_QEMUS_OWN = re.compile(r"QEMU internal SIG|^Bail out! ERROR:", re.MULTILINE)
_WHERE = re.compile(r"Fatal Python error|(Current t|T)hread 0x")
_PYTESTS_OWN = re.compile(r'  File ".*(/_pytest/|/pluggy/|/suite/plugin\.py")')


class Worker:
    """Runs plugin.py.

    given: tests that it has not finished; running, since: the one it is at, and when it began; heard: when it
    was last heard or told something (time.monotonic); waited: for how many seconds it had nothing to do;
    flushed, quitting: what it was told; silent: it has closed its pipe; ended: pytest has ended in good
    order; places, tests: its own index of each of our tests, and the way back, where they differ.
    """

    def __init__(self, config: Config, work: Path, arguments: list[str]) -> None:
        commands, self._commands = os.pipe()
        self.events, events = os.pipe()
        os.set_blocking(self.events, False)
        setup = {
            "name": config.name,
            "work": str(work),
            "arguments": arguments,
            "commands": commands,
            "events": events,
        }
        # -P and not -I: that would let go of PYTHONHASHSEED, and the order of sets with it.
        python = [sys.executable, "-s", "-P", "-B", str(Path(__file__).with_name("plugin.py"))]
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the worker
        self.process = subprocess.Popen(
            [*python, json.dumps(setup)],
            cwd=work,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            pass_fds=(commands, events),
            start_new_session=True,
        )
        os.close(commands)
        os.close(events)
        self._unread = b""
        self._stuck_since: float | None = None
        self.places: list[int] = []
        self.tests: dict[int, int] = {}
        self.given: list[int] = []
        self.running: int | None = None
        self.collected = self.flushed = self.quitting = self.ended = self.silent = False
        self.waited = 0.0
        self.began = self.heard = self.since = time.monotonic()

    def send(self, **command: object) -> None:
        """Send a command (plugin.py says which there are)."""
        self.heard = time.monotonic()
        self.flushed = "flush" in command or (self.flushed and "run" not in command)
        self.quitting = self.quitting or "quit" in command
        if self.places:
            theirs = {k: [self.places[t] for t in v] for k, v in command.items() if isinstance(v, list)}
            command |= theirs
        with contextlib.suppress(BrokenPipeError):  # it has just died, which the supervisor will notice
            os.write(self._commands, json.dumps(command).encode() + b"\n")

    def listen(self) -> list[dict[str, Any]]:
        """The events that have arrived."""
        data = b""
        with contextlib.suppress(BlockingIOError):
            while chunk := os.read(self.events, 1 << 20):
                data += chunk
            self.silent = True
        if not data:
            return []
        self.heard = time.monotonic()
        *lines, self._unread = (self._unread + data).split(b"\n")
        return [json.loads(line) for line in lines]

    @property
    def idle(self) -> bool:
        """It has nothing to do, so it has nothing to say."""
        return self.collected and not self.given and not self.quitting

    @property
    def stuck(self) -> bool:
        """It was told to die (`wake`)."""
        return self._stuck_since is not None

    def wake(self) -> None:
        """End a worker that hangs: SIGQUIT first, upon which plugin.py writes where it hangs into the log.

        Not SIGABRT: from outside, it is QEMU that dies of it, and the program in there hears nothing.
        """
        if self._stuck_since is None:
            self._stuck_since = time.monotonic()
            self.process.send_signal(signal.SIGQUIT)
        elif time.monotonic() - self._stuck_since > _LAST_WORDS:
            self.kill()

    def kill(self) -> None:
        """End it, and whatever its tests have started, at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Leave nothing behind."""
        self.kill()
        self.process.wait()
        for descriptor in (self._commands, self.events):
            os.close(descriptor)
        self._log.close()

    def death(self) -> str:
        """How the process ended, in words."""
        code = self.process.returncode
        if self.stuck:
            return "hung and was ended"
        if code >= 0:
            return f"ended with status {code}"
        with contextlib.suppress(ValueError):
            return f"died by {signal.Signals(-code).name}"
        return f"died by signal {-code}"

    def victim(self) -> str:
        """Who died, going by the last words: QEMU itself, or the interpreter in it."""
        return "QEMU" if _QEMUS_OWN.search(self.last_words()) else "the interpreter"

    def last_words(self) -> str:
        """The end of the log: what Python, QEMU or pytest said last."""
        size = self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, size - _MOST_LOG))
        text = self._log.read().decode(errors="replace")
        # What comes before is pytest's progress, and most of a traceback is pytest calling itself.
        where = _WHERE.search(text)
        lines = text[where.start() if where else 0 :].splitlines()
        return "\n".join(line for line in lines if not _PYTESTS_OWN.match(line)).strip()


def _environment() -> dict[str, str]:
    """As in an activated environment, less what would change pytest, and less where the receipt goes.

    One thread for BLAS: threads wait for each other by spinning, and where the workers have taken all cores a
    test of one second took two minutes.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST_")) and k != "out"}
    # Tests call the programs of a wheel by their plain names.
    path = os.pathsep.join(filter(None, (f"{sys.prefix}/bin", kept.get("PATH"))))
    ours = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
    return kept | ours | {"PATH": path}
