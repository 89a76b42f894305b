"""How builds are shown on stderr: a status line for people, a line an event for logs."""

import shutil
import sys
import textwrap
import time
from collections.abc import Callable
from typing import TextIO

from farwheel.derivation import short_name
from farwheel.nix import uncoloured

_QUIET = 30.0
# Of what a build said last, where a compiler's line may have thousands of characters.
_WORDS = 100


class BuildRenderer:
    """Shows what is built, for how long, and how many builds remain of `total`.

    On a terminal one line is redrawn; elsewhere there is a line when a build starts and when it
    ends, and one more, with what was heard last, whenever there has been none for half a minute.
    """

    def __init__(
        self,
        total: int,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._total = total
        self._done = 0
        self._counted: tuple[int, int] | None = None
        self._running: dict[str, float] = {}
        self._last = ""
        self._stream = stream or sys.stderr
        self._tty = self._stream.isatty()
        self._clock = clock
        self._began = self._spoke = clock()

    def started(self, derivation: str) -> None:
        """A build begins."""
        self._running[derivation] = self._clock()
        self._last = ""
        if not self._tty:
            self._say(f"building {short_name(derivation)} ({self._remaining()})")
        self.tick()

    def line(self, derivation: str, text: str) -> None:
        """A build wrote a line."""
        words = uncoloured(text)
        # A compiler's underlining says nothing by itself.
        if any(character.isalpha() for character in words):
            self._last = f"{short_name(derivation)}: {words}"

    def finished(self, derivation: str, seconds: float) -> None:
        """A build ended, well or not."""
        self._running.pop(derivation, None)
        self._done += 1
        self._say(f"{short_name(derivation)} took {seconds:.1f} s")

    def counted(self, done: int, running: int) -> None:
        """Nix's own count of the builds that are over, and of those that run."""
        self._counted = (done, running)

    def message(self, text: str) -> None:
        """Nix itself has something to say."""
        self._say(text)

    def tick(self) -> None:
        """Time has passed: redraw, or give a sign of life."""
        now = self._clock()
        if self._tty:
            self._clear()
            self._stream.write(self._status(now)[: shutil.get_terminal_size().columns - 1])
            self._stream.flush()
        elif self._running and now - self._spoke >= _QUIET:
            self._say(f"still {self._status(now)}")

    def summary(self, memory: int) -> None:
        """All is over; `memory` is the most that the builds held at any time, in bytes, 0 when unknown."""
        most = f", which held {memory / 1e9:.1f} GB of memory at most" if memory else ""
        builds = "1 build" if self._done == 1 else f"{self._done} builds"
        self._say(f"{builds} in {_span(self._clock() - self._began)}{most}")

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._clear()

    def _status(self, now: float) -> str:
        builds = ", ".join(
            f"{short_name(path)} {_span(now - began)}" for path, began in self._running.items()
        )
        text = f"building {builds} ({self._remaining()})" if builds else f"waiting ({self._remaining()})"
        return f"{text} {textwrap.shorten(self._last, _WORDS, placeholder=' ...')}".rstrip()

    def _remaining(self) -> str:
        # Of a rebuild's end Nix tells only when all are over, but counts it at once.
        done, running = self._counted or (self._done, len(self._running))
        return f"{max(self._total - max(self._done, done), running)} of {self._total} remain"

    def _say(self, text: str) -> None:
        self._clear()
        self._spoke = self._clock()
        self._stream.write(f"farwheel: {text}\n")
        self._stream.flush()

    def _clear(self) -> None:
        if self._tty:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def _span(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
