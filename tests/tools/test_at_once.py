"""Two farwheels at once on one machine: neither spoils nor loses what the other one does."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from downloads import CONTENT, Serve, pin
from farwheel import debian
from farwheel.change import Change
from farwheel.ingredients import Sources, lock_ingredient, lock_sources
from loopback import begin
from test_ingredients import archive, pins, sources  # noqa: F401 - fixtures
from waiting import waiting

SOURCE = Path(__file__).parents[2] / "tools/src"


@pytest.mark.usefixtures("archive")
def test_two_locks_of_ingredients_at_once(
    pins: Path,  # noqa: F811
    sources: Sources,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole, others = debian.closure, list[threading.Thread]()
    right = lock_ingredient(pins, "root", sources).new["packages"]

    def closure(*words: object) -> object:
        """Between apt's update and its answer another farwheel locks another ingredient of this kind."""
        if not others:
            others.append(threading.Thread(target=lock_ingredient, args=(pins, "clang", sources)))
            others[0].start()
            others[0].join(3)
        return whole(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(debian, "closure", closure)
    got = lock_ingredient(pins, "root", sources).new["packages"]
    others[0].join()
    assert got == right


@pytest.mark.usefixtures("archive")
def test_single_sources_are_locked_when_another_lock_is_done(
    pins: Path,  # noqa: F811
    sources: Sources,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    lock_ingredient(pins, "sources", sources).write()
    found = list[Change]()
    with waiting("apt", lambda: found.append(lock_sources(pins, ["zlib"], sources)), capsys):
        assert not found
    assert not found[0].needed


def slowly(content: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        rest = begin(handler, content)
        for place in range(0, len(rest), 1 << 14):
            handler.wfile.write(rest[place : place + (1 << 14)])
            time.sleep(0.05)

    return answer


def test_two_downloads_at_once(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `lock`, `new`, `verify --against upstream` and `bump --ingredients` make them."""
    server, one = serve(), pin()
    server.answers[f"/{one.path}"] = slowly(CONTENT)
    monkeypatch.setenv("FARWHEEL_DEBIAN", server.url)
    monkeypatch.setenv("FARWHEEL_PYPI", server.url)
    code = (
        "import sys; from farwheel.pins import Pin; from farwheel.cli.sources import upstream;"
        "print(upstream().download(Pin('debian', sys.argv[1], sys.argv[2], int(sys.argv[3]))).stat().st_size)"
    )
    command = [sys.executable, "-c", code, one.path, one.sha256, str(one.size)]
    running = []
    for _ in range(2):
        running.append(
            subprocess.Popen(
                command,
                env=os.environ | {"PYTHONPATH": str(SOURCE)},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        time.sleep(0.15)
    said = [process.communicate(timeout=60) for process in running]
    assert [out for out, _ in said] == [f"{len(CONTENT)}\n"] * 2, said
