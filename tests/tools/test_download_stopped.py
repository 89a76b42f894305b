"""What a download leaves alone once it is stopped: by Ctrl-C, or by files that no mirror has."""

import os
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from downloads import CONTENT, Counter, download, pin
from farwheel import cache
from farwheel.download import WORKERS, Downloader
from farwheel.errors import FarwheelError
from farwheel.pins import Pin
from farwheel.web import client
from loopback import Server


def left_waiting(debian: Server, number: int) -> tuple[list[Pin], threading.Event]:
    """Pins whose answers (404) wait for the event."""
    release = threading.Event()

    def wait(handler: BaseHTTPRequestHandler) -> None:
        release.wait(20)
        handler.send_error(404)

    pins = [pin(bytes([n]), f"pool/waiting{n}") for n in range(number)]
    debian.answers.update({f"/{item.path}": wait for item in pins})
    return pins, release


def asked_in_the_end(debian: Server) -> int:
    """How many requests the mirror had when no more came for half a second."""
    before = -1
    while before != (before := len(debian.asked)):
        time.sleep(0.5)
    return before


def until(seen: Callable[[], bool]) -> bool:
    """Whether it comes to be in ten seconds."""
    for _ in range(500):
        if seen():
            return True
        time.sleep(0.02)
    return False


def test_three_lost_files_stop_the_rest(debian: Server) -> None:
    lost = [pin(b"larger, so asked first", f"pool/lost{n}") for n in range(3)]
    waiting, release = left_waiting(debian, 40)
    with pytest.raises(FarwheelError) as caught:
        download(*lost, *waiting)
    assert all(item.path in caught.value.message for item in lost)
    assert "waiting" not in caught.value.message
    release.set()
    assert asked_in_the_end(debian) <= len(lost) + WORKERS


def test_ctrl_c_stops_the_others(debian: Server) -> None:
    item, before = pin(), set(threading.enumerate())
    debian.file(f"/{item.path}", CONTENT)
    waiting, release = left_waiting(debian, 40)

    def interrupt(_pin: Pin, _path: Path) -> None:
        raise KeyboardInterrupt

    with client(5.0) as http:
        with pytest.raises(KeyboardInterrupt):
            Downloader(http, Counter(), pause=0.01).fetch_all([item, *waiting], interrupt)
        # Not even those that wait for an answer hold up the end.
        assert all(thread.daemon for thread in set(threading.enumerate()) - before)
        release.set()
        assert asked_in_the_end(debian) <= 1 + WORKERS


def test_ctrl_c_stops_what_is_under_way(debian: Server) -> None:
    """Whoever comes next goes on with the same part: two that write to it would spoil it."""
    long, small, before = pin(), pin(b"small", "pool/small"), set(threading.enumerate())
    begun, release = threading.Event(), threading.Event()

    def in_two(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(CONTENT)))
        handler.end_headers()
        handler.wfile.write(CONTENT[:1000])
        begun.set()
        release.wait(20)
        handler.wfile.write(CONTENT[1000:])

    debian.file(f"/{small.path}", b"small")
    debian.answers[f"/{long.path}"] = in_two

    def interrupt(_pin: Pin, _path: Path) -> None:
        begun.wait(20)
        raise KeyboardInterrupt

    with client(5.0) as http:
        with pytest.raises(KeyboardInterrupt):
            Downloader(http, Counter(), pause=0.01).fetch_all([long, small], interrupt)
        release.set()
        for thread in set(threading.enumerate()) - before:
            thread.join(20)
    assert not cache.file(long).exists()


def test_ctrl_c_ends_the_git_that_makes_a_tree(
    debian: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = tmp_path / "number"
    program = tmp_path / "bin/git"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho $$ >{number}.new; mv {number}.new {number}; exec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    tree, small = pin(CONTENT, f"them/demo/{'0' * 40}", "github"), pin(b"small", "pool/small")
    debian.file(f"/{small.path}", b"small")

    def interrupt(_pin: Pin, _path: Path) -> None:
        assert until(number.exists)
        raise KeyboardInterrupt

    with client(5.0) as http, pytest.raises(KeyboardInterrupt):
        Downloader(http, Counter(), pause=0.01).fetch_all([tree, small], interrupt)
    assert until(lambda: not Path("/proc", number.read_text().strip()).exists())
    assert until(lambda: not list(cache.folder().glob("tmp*")))
