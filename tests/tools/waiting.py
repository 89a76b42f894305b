"""Another farwheel of the same machine, which waits for a lock."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from farwheel import cache


@contextmanager
def waiting(lock: str, act: Callable[[], object], capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Hold a lock of the cache while a thread that acts waits for it; afterwards the thread has acted."""
    other = Thread(target=act)
    capsys.readouterr()
    with cache.alone(lock):
        other.start()
        said = ""
        while other.is_alive() and "waiting for another farwheel" not in said:
            said += capsys.readouterr().err
            time.sleep(0.02)
        assert "waiting for another farwheel" in said, f"{lock} is not waited for"
        yield
    other.join()
