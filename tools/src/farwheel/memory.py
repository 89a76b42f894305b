"""How much memory builds take, as the kernel tells it."""

import contextlib
import os
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

_EVERY = 1.0
_DAEMON = "nix-daemon"


def below(root: int, proc: Path = Path("/proc")) -> int:
    """Bytes that the processes below `root`, or below a Nix daemon, hold now; see proc(5).

    Where a daemon builds, it builds for everybody. What two processes share counts twice.
    """
    children: dict[int, list[int]] = defaultdict(list)
    resident: dict[int, int] = {}
    todo = [root]
    for folder in proc.iterdir():
        if not folder.name.isdigit():
            continue
        # It may end at any time.
        with contextlib.suppress(OSError):
            # The name is in parentheses, and may hold some; it is cut after 15 bytes, in a letter too.
            stat = (folder / "stat").read_text(encoding="utf-8", errors="replace")
            name, _, rest = stat.partition("(")[2].rpartition(")")
            fields, number = rest.split(), int(folder.name)
            children[int(fields[1])].append(number)
            resident[number] = int(fields[21])
            if name == _DAEMON:
                todo.append(number)
    found: set[int] = set()
    while todo:
        for number in children[todo.pop()]:
            if number not in found:
                found.add(number)
                todo.append(number)
    return sum(resident[number] for number in found) * os.sysconf("SC_PAGESIZE")


class Peak:
    """The most that was seen, looking once a second at most."""

    def __init__(self, look: Callable[[], int], clock: Callable[[], float] = time.monotonic) -> None:
        self._look, self._clock = look, clock
        self._looked = -_EVERY
        self.bytes = 0

    def sample(self) -> None:
        """Look, unless it is too early."""
        now = self._clock()
        if now - self._looked >= _EVERY:
            self._looked = now
            self.bytes = max(self.bytes, self._look())
