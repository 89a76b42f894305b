"""One file from one URL: resumed where an earlier attempt stopped, checked while it streams."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from farwheel.files import sha256_of
from farwheel.pins import Pin
from farwheel.web import Client, HTTPError, Response

# Answers that may be another one in a moment (RFC 9110, RFC 6585).
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
# Answers of a server that works: there is no such thing, or no longer.
GONE = frozenset({404, 410})
_OK, _PARTIAL, _RANGE_NOT_SATISFIABLE = 200, 206, 416


class RefusedError(Exception):
    """This mirror does not give the file; `again` tells whether a second attempt could help."""

    def __init__(self, reason: str, *, again: bool = False) -> None:
        super().__init__(reason)
        self.again = again


class StoppedError(Exception):
    """The user wants to stop; the partial file stays for the next run."""


@dataclass(frozen=True)
class Patience:
    """Below `bytes_per_second`, measured over `seconds`, a mirror counts as too slow."""

    seconds: float = 30.0
    bytes_per_second: int = 4096


def transfer(
    client: Client,
    url: str,
    pin: Pin,
    part: Path,
    *,
    progress: Callable[[int], None],
    stop: threading.Event,
    patience: Patience | None,
) -> None:
    """Complete `part` so that it has the pin's size and sha256, or raise RefusedError.

    `progress` is told how many bytes more (or, after a restart, fewer) there are. Without `patience` a slow
    mirror is put up with. A part whose content turns out to be wrong is removed.
    """
    have = part.stat().st_size if part.exists() else 0
    if have >= pin.size:
        _restart(part, have, progress)
        have = 0
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        with client.stream("GET", url, headers=headers) as answer:
            _check_answer(answer, part, have, pin, progress)
            have = have if answer.status_code == _PARTIAL else _restart(part, have, progress)
            _stream(answer, part, pin, progress=progress, stop=stop, patience=patience)
    except HTTPError as error:
        raise RefusedError(f"{type(error).__name__}: {error}".rstrip(": "), again=True) from None
    _check_content(part, pin, resumed=have > 0, progress=progress)


def _restart(part: Path, have: int, progress: Callable[[int], None]) -> int:
    part.unlink(missing_ok=True)
    if have:
        progress(-have)
    return 0


def _check_answer(answer: Response, part: Path, have: int, pin: Pin, progress: Callable[[int], None]) -> None:
    status = answer.status_code
    if status == _RANGE_NOT_SATISFIABLE:
        _restart(part, have, progress)
        raise RefusedError("the file there is shorter than what is already here", again=True)
    if status not in {_OK, _PARTIAL}:
        raise RefusedError(f"HTTP {status} {answer.reason_phrase}", again=status in BUSY)
    if "html" in answer.headers.get("content-type", ""):
        raise RefusedError("answered an HTML page instead of the file")
    start = have if status == _PARTIAL else 0
    if start and not answer.headers.get("content-range", "").startswith(f"bytes {start}-"):
        _restart(part, have, progress)
        raise RefusedError("sent another part of the file than the one asked for", again=True)
    length = answer.headers.get("content-length")
    if length and length.isdigit() and start + int(length) != pin.size:
        if start:
            _restart(part, have, progress)
        raise RefusedError(f"the file there has {start + int(length)} bytes, the pin says {pin.size}")


def _stream(
    answer: Response,
    part: Path,
    pin: Pin,
    *,
    progress: Callable[[int], None],
    stop: threading.Event,
    patience: Patience | None,
) -> None:
    since, seen = time.monotonic(), 0
    with part.open("ab") as file:
        size = file.tell()
        for chunk in answer.iter_raw():
            if stop.is_set():
                raise StoppedError
            size += len(chunk)
            if size > pin.size:
                file.close()
                _restart(part, size - len(chunk), progress)
                raise RefusedError(f"sent more than the {pin.size} bytes that are pinned")
            file.write(chunk)
            progress(len(chunk))
            seen += len(chunk)
            elapsed = time.monotonic() - since
            if patience and elapsed > patience.seconds:
                if seen < patience.bytes_per_second * elapsed:
                    raise RefusedError(f"too slow: {seen} bytes in {elapsed:.0f} s")
                since, seen = time.monotonic(), 0
    if size < pin.size:
        raise RefusedError(f"the connection ended after {size} of {pin.size} bytes", again=True)


def _check_content(part: Path, pin: Pin, *, resumed: bool, progress: Callable[[int], None]) -> None:
    got = sha256_of(part)
    if got != pin.sha256:
        _restart(part, pin.size, progress)
        # The beginning may have come from a mirror that lied: then a whole new file is worth a try.
        raise RefusedError(f"wrong content: sha256 is {got}, pinned is {pin.sha256}", again=resumed)
