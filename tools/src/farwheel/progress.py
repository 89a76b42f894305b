"""How far a download is, on stderr: a bar for people, a line every ten seconds for logs."""

import sys
import threading
import time
from typing import Self

_EVERY_TTY = 0.1
_EVERY_LOG = 10.0
_WIDTH = 30


def megabytes(size: float) -> str:
    """A number of bytes as people read it."""
    return f"{size / 1e6:.1f} MB"


class DownloadProgress:
    """Counts bytes of `total`; safe to be told from several threads; a context manager that tidies up."""

    def __init__(self, total: int, files: int) -> None:
        self._total = total
        self._files = files
        self._done = 0
        self._tty = sys.stderr.isatty()
        self._lock = threading.Lock()
        self._began = self._shown = time.monotonic()

    def __enter__(self) -> Self:
        """Say what is going to happen."""
        self._write(f"farwheel: {self._files} files, {megabytes(self._total)} to fetch\n")
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """Close the line; say how long it took when all went well."""
        with self._lock:
            self._clear()
            if kind is None:
                seconds = time.monotonic() - self._began
                self._write(f"farwheel: fetched {megabytes(self._done)} in {seconds:.1f} s\n")

    def advance(self, size: int) -> None:
        """So many bytes more."""
        with self._lock:
            self._done += size
            now = time.monotonic()
            if now - self._shown >= (_EVERY_TTY if self._tty else _EVERY_LOG):
                self._shown = now
                self._draw(now)

    def note(self, text: str) -> None:
        """One line that stays."""
        with self._lock:
            self._clear()
            self._write(f"farwheel: {text}\n")

    def _draw(self, now: float) -> None:
        share = min(self._done / self._total, 1.0) if self._total else 1.0
        rate = self._done / max(now - self._began, 0.001)
        text = f"{megabytes(self._done)} of {megabytes(self._total)}, {share:.0%}, {megabytes(rate)}/s"
        if self._tty:
            bar = "#" * int(share * _WIDTH)
            self._write(f"\r\x1b[K[{bar:<{_WIDTH}}] {text}")
        else:
            self._write(f"farwheel: fetching, {text}\n")

    def _clear(self) -> None:
        if self._tty:
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
