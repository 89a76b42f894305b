"""Many pins at once, each from the first mirror that has it."""

import contextlib
import errno
import queue
import shutil
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from farwheel import cache, crates, git, mirrors, trees
from farwheel.errors import FarwheelError, UnavailableError
from farwheel.files import sha256_of
from farwheel.locate import Locator
from farwheel.pins import Pin
from farwheel.transfer import Patience, RefusedError, StoppedError, transfer
from farwheel.web import Client, HTTPError

WORKERS = 8
_ATTEMPTS = 3
_FAILURES = 3


class Progress(Protocol):
    """Somebody who is told how the download goes, from several threads."""

    def advance(self, size: int) -> None:
        """So many bytes more, or, when a file has to begin again, fewer."""

    def note(self, text: str) -> None:
        """Something that a user may want to know, one line."""


_Result = tuple[Pin, Path | BaseException]


def _next(results: "queue.SimpleQueue[_Result]") -> _Result:
    while True:
        # Not for ever: a signal that comes just before the wait would not end it.
        with contextlib.suppress(queue.Empty):
            return results.get(timeout=1.0)


class Downloader:
    """Brings pinned files into the cache folder, several at a time.

    `pause` is the first wait (seconds) before a mirror is asked again; it doubles each time.
    """

    def __init__(
        self,
        client: Client,
        progress: Progress,
        *,
        pause: float = 1.0,
        patience: Patience | None = None,
    ) -> None:
        self._client = client
        self._progress = progress
        self._pause = pause
        self._patience = patience or Patience()
        self._locator = Locator(client)
        self._stop = threading.Event()
        self._down: dict[str, str] = {}

    def fetch_all(self, pins: Iterable[Pin], done: Callable[[Pin, Path], None]) -> None:
        """Download every pin; `done` gets each file, in this thread, as soon as it is whole and checked.

        FarwheelError names the files that no mirror gives; after three of them the others stop, as they do
        on Ctrl-C, and keep what they have for the next run.
        """
        failures: list[FarwheelError] = []
        todo: queue.SimpleQueue[Pin] = queue.SimpleQueue()
        results: queue.SimpleQueue[_Result] = queue.SimpleQueue()
        wanted = sorted(set(pins), key=lambda pin: -pin.size)
        for pin in wanted:
            todo.put(pin)
        for _ in range(min(WORKERS, len(wanted))):
            # Daemons: a thread that waits for a dead mirror must not hold up Ctrl-C.
            threading.Thread(target=self._work, args=(todo, results), daemon=True).start()
        try:
            for _ in wanted:
                pin, result = _next(results)
                if isinstance(result, FarwheelError):
                    failures.append(result)
                    if len(failures) == _FAILURES:
                        break
                elif isinstance(result, BaseException):
                    raise result
                else:
                    done(pin, result)
        finally:
            self._stop.set()
            git.stop()
        if failures:
            raise UnavailableError("\n".join(error.message for error in failures), failures[0].hint)

    def _work(self, todo: "queue.SimpleQueue[Pin]", results: "queue.SimpleQueue[_Result]") -> None:
        while not self._stop.is_set():
            try:
                pin = todo.get_nowait()
            except queue.Empty:
                return
            try:
                results.put((pin, self.fetch(pin)))
            except StoppedError:
                return
            except BaseException as error:  # noqa: BLE001 - it is raised again in the main thread
                results.put((pin, error))

    def fetch(self, pin: Pin) -> Path:
        """The pin's file, from the cache or from a mirror; FarwheelError when none gives it."""
        path = cache.file(pin)
        try:
            if path.exists() and path.stat().st_size == pin.size and sha256_of(path) == pin.sha256:
                self._progress.advance(pin.size)
                return path
            if pin.registry == "crates" and (found := crates.cached(pin)):
                self._progress.advance(pin.size)
                return Path(shutil.copyfile(found, path))
            part = path.with_name(".part")
            if part.exists():
                self._progress.advance(part.stat().st_size)
            self._from_mirrors(pin, part)
            return part.rename(path)
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            raise UnavailableError(
                f"the disk is full: no room for {pin.file_name} ({pin.size} bytes) in {path.parent}",
                "make room there, or set FARWHEEL_CACHE to a folder on another disk; what is there is kept",
            ) from None

    def _from_mirrors(self, pin: Pin, part: Path) -> None:
        reasons = []
        every = sorted(self._locator.mirrors(pin), key=lambda mirror: mirror in self._down)
        for mirror in every:
            last = mirror is every[-1]
            reason = self._from_mirror(pin, part, mirror, patience=None if last else self._patience)
            if reason is None:
                return
            reasons.append(f"{mirrors.shown(mirror)}: {reason}")
            if not last:
                self._progress.note(f"{pin.file_name}: {reasons[-1]}; trying the next mirror")
        raise UnavailableError(
            "\n  ".join([f"no mirror gives {pin.registry}:{pin.path}", *reasons]),
            f"{mirrors.setting(pin.registry)} is a list of mirrors, separated by spaces, tried in order",
        )

    def _from_mirror(self, pin: Pin, part: Path, mirror: str, *, patience: Patience | None) -> str | None:
        """None when the file is here, or why this mirror does not give it."""
        reason = ""
        best = part.stat().st_size if part.exists() else 0
        attempts = 1 if mirror in self._down else _ATTEMPTS
        attempt = 0
        while attempt < attempts:
            if attempt and self._stop.wait(self._pause * 2 ** (attempt - 1)):
                raise StoppedError
            try:
                self._transfer(pin, part, mirror, patience)
            except RefusedError as error:
                reason = str(error)
                if not error.again:
                    return reason
            except HTTPError as error:
                reason = f"{type(error).__name__}: {error}".rstrip(": ")
            else:
                self._down.pop(mirror, None)
                return None
            size = part.stat().st_size if part.exists() else 0
            # A mirror that cuts off but gets further each time needs no patience, only repetition.
            attempt = 1 if size > best else attempt + 1
            best = max(best, size)
        self._down[mirror] = reason
        return reason

    def _transfer(self, pin: Pin, part: Path, mirror: str, patience: Patience | None) -> None:
        if pin.is_tree:
            trees.transfer(pin, mirror, part)
            self._progress.advance(pin.size)
            return
        transfer(
            self._client,
            self._locator.url(pin, mirror),
            pin,
            part,
            progress=self._progress.advance,
            stop=self._stop,
            patience=patience,
        )
