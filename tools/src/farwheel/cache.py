"""Farwheel's own folder, outside of the repository and outside of the Nix store."""

import contextlib
import errno
import fcntl
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from farwheel.errors import FarwheelError
from farwheel.pins import Pin


def folder(name: str = "") -> Path:
    """A folder below the cache, made if it is missing: FARWHEEL_CACHE, or XDG's cache folder."""
    base = os.environ.get("FARWHEEL_CACHE")
    if not base:
        base = f"{os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache'}/farwheel"
    path = Path(base).absolute() / name
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise FarwheelError(
            f"{path} cannot be made: {error.strerror}",
            "set FARWHEEL_CACHE to a folder that you may write to",
        ) from None
    return path


def file(pin: Pin) -> Path:
    """Where a pin's file lies while it is not in the store yet, in a folder of its own, which is made."""
    return folder(f"files/{pin.sha256}") / pin.store_name


@contextlib.contextmanager
def alone(name: str) -> Iterator[None]:
    """Hold the cache's lock `name`; whoever comes second waits and is told so."""
    with (folder() / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.stderr.write(f"farwheel: waiting for another farwheel to finish its {name}\n")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
