import errno
import gzip
import hashlib
import os
import shutil
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import IO, Any, Self

import pytest

from farwheel import cache, fetch
from farwheel.download import Downloader
from farwheel.errors import FarwheelError
from farwheel.pins import Pin
from farwheel.transfer import Patience
from farwheel.web import client
from loopback import Server, begin

CONTENT = bytes(range(256)) * 1024
Serve = Callable[[], Server]


class Counter:
    def __init__(self) -> None:
        self.total = 0
        self.notes: list[str] = []

    def advance(self, size: int) -> None:
        self.total += size

    def note(self, text: str) -> None:
        self.notes.append(text)


def pin(content: bytes = CONTENT, path: str = "pool/x/x_1.orig.tar.xz", registry: str = "debian") -> Pin:
    return Pin(registry, path, hashlib.sha256(content).hexdigest(), len(content))


def download(*pins: Pin, progress: Counter | None = None, patience: Patience | None = None) -> list[bytes]:
    got: dict[Pin, bytes] = {}
    with client(5.0) as http:
        downloader = Downloader(http, progress or Counter(), pause=0.01, patience=patience)
        downloader.fetch_all(pins, lambda item, path: got.update({item: path.read_bytes()}))
    return [got[item] for item in pins]


def cut_off(content: bytes, after: int) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[:after])

    return answer


def in_turn(*answers: Callable[[BaseHTTPRequestHandler], None]) -> Callable[[BaseHTTPRequestHandler], None]:
    left = list(answers)

    def answer(handler: BaseHTTPRequestHandler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(handler)

    return answer


def test_many_files_at_once(debian: Server) -> None:
    contents = [bytes([n]) * (n + 1) for n in range(20)]
    pins = [pin(content, f"pool/{n}.deb") for n, content in enumerate(contents)]
    for item, content in zip(pins, contents, strict=True):
        debian.file(f"/{item.path}", content)
    progress = Counter()
    assert download(*pins, progress=progress) == contents
    assert progress.total == sum(map(len, contents))


def test_characters_of_debian_versions_survive_the_url(debian: Server) -> None:
    debian.file("/pool/a_1.0+b~rc1%3A2.deb", CONTENT)
    assert download(pin(path="pool/a_1.0+b~rc1:2.deb")) == [CONTENT]


def test_cut_off_in_the_middle_is_resumed(debian: Server) -> None:
    item = pin()
    debian.file(f"/{item.path}", CONTENT)
    debian.answers[f"/{item.path}"] = in_turn(cut_off(CONTENT, 100_000), debian.answers[f"/{item.path}"])
    progress = Counter()
    assert download(item, progress=progress) == [CONTENT]
    assert [asked[1] for asked in debian.asked] == ["", "bytes=100000-"]
    assert progress.total == len(CONTENT)


def test_a_mirror_without_ranges_begins_again(debian: Server) -> None:
    item = pin()
    debian.answers[f"/{item.path}"] = in_turn(cut_off(CONTENT, 100_000), cut_off(CONTENT, len(CONTENT)))
    progress = Counter()
    assert download(item, progress=progress) == [CONTENT]
    assert progress.total == len(CONTENT)


def test_the_next_run_goes_on_where_this_one_was_killed(debian: Server) -> None:
    item = pin()
    folder = cache.folder("files") / item.sha256
    folder.mkdir()
    (folder / ".part").write_bytes(CONTENT[:50])
    debian.file(f"/{item.path}", CONTENT)
    assert download(item) == [CONTENT]
    assert debian.asked[0][1] == "bytes=50-"


def test_a_mirror_that_gets_further_each_time_is_asked_until_all_is_there(debian: Server) -> None:
    item = pin()

    def some(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(begin(handler, CONTENT)[:50_000])

    debian.answers[f"/{item.path}"] = some
    assert download(item) == [CONTENT]
    assert len(debian.asked) == 6


def test_an_answer_of_no_length_that_ends_early_is_resumed(debian: Server) -> None:
    item = pin()
    debian.file(f"/{item.path}", CONTENT)

    def short(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(CONTENT[:100_000])

    debian.answers[f"/{item.path}"] = in_turn(short, debian.answers[f"/{item.path}"])
    assert download(item) == [CONTENT]
    assert [asked[1] for asked in debian.asked] == ["", "bytes=100000-"]


def test_a_mirror_that_packs_what_it_sends_is_asked_not_to(debian: Server) -> None:
    item = pin()

    def pack(handler: BaseHTTPRequestHandler) -> None:
        packs = "gzip" in handler.headers.get("Accept-Encoding", "")
        body = gzip.compress(CONTENT) if packs else CONTENT
        handler.send_response(200)
        if packs:
            handler.send_header("Content-Encoding", "gzip")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    debian.answers[f"/{item.path}"] = pack
    assert download(item) == [CONTENT]


def test_a_rotten_part_is_thrown_away(debian: Server) -> None:
    item = pin()
    folder = cache.folder("files") / item.sha256
    folder.mkdir()
    (folder / ".part").write_bytes(b"rotten")
    debian.file(f"/{item.path}", CONTENT)
    assert download(item) == [CONTENT]
    assert [asked[1] for asked in debian.asked] == ["bytes=6-", ""]


def test_what_was_downloaded_is_not_asked_for_again(debian: Server) -> None:
    item = pin()
    debian.file(f"/{item.path}", CONTENT)
    download(item)
    assert download(item) == [CONTENT]
    assert len(debian.asked) == 1


def test_what_was_downloaded_and_has_rotted_is_fetched_again(debian: Server) -> None:
    item = pin()
    debian.file(f"/{item.path}", CONTENT)
    cache.file(item).write_bytes(bytes(len(CONTENT)))
    assert download(item) == [CONTENT]


def html(handler: BaseHTTPRequestHandler) -> None:
    body = b"<html>please log in</html>"
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html; charset=utf-8")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        # Sixteen times what is pinned: a disk is soon full of what nobody refuses.
        for _ in range(64):
            handler.wfile.write(bytes(1 << 16))
    except OSError:
        pass


def error_500(handler: BaseHTTPRequestHandler) -> None:
    handler.send_error(500)


@pytest.mark.parametrize(
    ("answer", "reason", "asked"),
    [
        (html, "an HTML page instead of the file", 1),
        (endless, "sent more than", 1),
        (error_500, "HTTP 500", 3),
        (cut_off(b"x" * len(CONTENT), len(CONTENT)), "wrong content: sha256 is", 1),
        (cut_off(b"x" * 10, 10), "has 10 bytes, the pin says", 1),
        (cut_off(CONTENT, 0), "0 of", 3),
    ],
)
def test_a_bad_mirror_is_left_for_the_next_and_named(
    serve: Serve,
    monkeypatch: pytest.MonkeyPatch,
    answer: Callable[[BaseHTTPRequestHandler], None],
    reason: str,
    asked: int,
) -> None:
    bad, good, item = serve(), serve(), pin()
    bad.answers[f"/{item.path}"] = answer
    monkeypatch.setenv("FARWHEEL_DEBIAN", bad.url)
    with pytest.raises(FarwheelError) as caught:
        download(item)
    assert bad.url in caught.value.message
    assert "FARWHEEL_DEBIAN" in caught.value.hint
    assert len(bad.asked) == asked
    good.file(f"/{item.path}", CONTENT)
    monkeypatch.setenv("FARWHEEL_DEBIAN", f"{bad.url} {good.url}")
    progress = Counter()
    assert download(item, progress=progress) == [CONTENT]
    assert "trying the next mirror" in progress.notes[0]
    if reason != "0 of":
        assert reason in caught.value.message
        assert reason in progress.notes[0]


def test_a_mirror_that_fails_gets_a_pause_that_grows(debian: Server) -> None:
    item, times = pin(), list[float]()

    def busy(handler: BaseHTTPRequestHandler) -> None:
        times.append(time.monotonic())
        handler.send_error(503)

    debian.answers[f"/{item.path}"] = busy
    with client(5.0) as http, pytest.raises(FarwheelError, match="HTTP 503"):
        Downloader(http, Counter(), pause=0.1).fetch(item)
    first, second, third = times
    assert second - first > 0.09
    assert third - second > 0.19


def test_a_mirror_that_failed_is_asked_after_the_others_and_once(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = serve(), serve()
    pins = [pin(bytes([n]), f"pool/{n}") for n in range(3)]
    bad.answers = {f"/{item.path}": error_500 for item in pins}
    for n in range(2):
        good.file(f"/pool/{n}", bytes([n]))
    monkeypatch.setenv("FARWHEEL_DEBIAN", f"{bad.url} {good.url}")
    with client(5.0) as http:
        downloader = Downloader(http, Counter(), pause=0.01)
        for item in pins[:2]:
            downloader.fetch(item)
        assert [asked[0] for asked in bad.asked] == ["/pool/0"] * 3
        with pytest.raises(FarwheelError, match="HTTP 404"):
            downloader.fetch(pins[2])
    assert [asked[0] for asked in bad.asked[3:]] == ["/pool/2"]


def test_a_mirror_that_is_down(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    good, item = serve(), pin()
    good.file(f"/{item.path}", CONTENT)
    monkeypatch.setenv("FARWHEEL_DEBIAN", f"http://127.0.0.1:9 {good.url}")
    assert download(item) == [CONTENT]
    monkeypatch.setenv("FARWHEEL_DEBIAN", "http://127.0.0.1:9")
    with pytest.raises(FarwheelError, match=r"127\.0\.0\.1:9: ConnectError"):
        download(pin(path="pool/other", content=b"other"))


def test_a_slow_mirror_is_left_and_the_next_one_resumes(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, good, item = serve(), serve(), pin()

    def trickle(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(CONTENT)))
        handler.end_headers()
        try:
            for byte in CONTENT[:100]:
                handler.wfile.write(bytes([byte]))
                time.sleep(0.02)
        except OSError:
            pass

    slow.answers[f"/{item.path}"] = trickle
    good.file(f"/{item.path}", CONTENT)
    monkeypatch.setenv("FARWHEEL_DEBIAN", f"{slow.url} {good.url}")
    progress = Counter()
    assert download(item, progress=progress, patience=Patience(0.2, 10_000)) == [CONTENT]
    assert "too slow" in progress.notes[0]
    assert good.asked[0][1].startswith("bytes=")


def test_a_slow_mirror_is_put_up_with_where_there_is_no_other(debian: Server) -> None:
    item = pin()

    def slowly(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(CONTENT)))
        handler.end_headers()
        for start in range(0, len(CONTENT), 1 << 16):
            handler.wfile.write(CONTENT[start : start + (1 << 16)])
            time.sleep(0.1)

    debian.answers[f"/{item.path}"] = slowly
    assert download(item, patience=Patience(0.05, 1 << 40)) == [CONTENT]


def test_every_lost_file_is_told(debian: Server) -> None:
    debian.file("/pool/good", CONTENT)
    lost = [pin(b"1", "pool/one"), pin(b"2", "pool/two")]
    with pytest.raises(FarwheelError, match=r"(?s)pool/.*HTTP 404.*pool/") as caught:
        download(*lost, pin(path="pool/good"))
    assert "pool/one" in caught.value.message
    assert "pool/two" in caught.value.message


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_plainly(debian: Server, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    item = pin()
    debian.file(f"/{item.path}", CONTENT)
    real_open = Path.open

    class Full:
        def __init__(self, file: IO[Any]) -> None:
            self._file = file

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            self._file.close()

        def tell(self) -> int:
            return 0

        def write(self, _: bytes) -> int:
            raise OSError(number, os.strerror(number))

    def open_full(path: Path, mode: str = "r", **words: Any) -> Any:
        opened = real_open(path, mode, **words)
        return Full(opened) if mode == "ab" else opened

    monkeypatch.setattr(Path, "open", open_full)
    with pytest.raises(FarwheelError, match="the disk is full") as caught:
        download(item)
    assert "FARWHEEL_CACHE" in caught.value.hint


def test_too_little_room_is_said_before_anything_is_asked_for(
    debian: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    item, take = pin(), fetch.Adder([])
    debian.file(f"/{item.path}", CONTENT)
    usage = shutil.disk_usage(cache.folder())
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=len(CONTENT)))
    with pytest.raises(FarwheelError, match=r"0\.3 MB .* free") as caught:
        fetch.download([item], take)
    assert "FARWHEEL_CACHE" in caught.value.hint
    assert not debian.asked


WHEEL = "x_y-1.0-py3-none-any.whl"
WHEEL_PIN = pin(path=f"packages/ab/{WHEEL}", registry="pypi")
JSON = "application/vnd.pypi.simple.v1+json"


@pytest.mark.parametrize(
    ("kind", "page"),
    [
        ("text/html", f'<html><body><a href="../../files/{WHEEL}#sha256=00">{WHEEL}</a></body></html>'),
        (
            JSON,
            '{"meta":{"api-version":"1.0"},"name":"x-y","files":[{"filename":"WHEEL",'
            '"url":"../../files/WHEEL","hashes":{}}]}'.replace("WHEEL", WHEEL),
        ),
    ],
)
def test_pypi_files_are_found_by_name_on_html_and_json_pages(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, kind: str, page: str
) -> None:
    index = serve()
    index.file("/simple/x-y/", page.encode(), kind)
    index.file(f"/files/{WHEEL}", CONTENT)
    monkeypatch.setenv("FARWHEEL_PYPI", f"{index.url}/simple")
    assert download(WHEEL_PIN) == [CONTENT]


def test_an_index_that_does_not_list_the_file(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    index = serve()
    index.file("/x-y/", b"<html><body></body></html>", "text/html")
    monkeypatch.setenv("FARWHEEL_PYPI", index.url)
    with pytest.raises(FarwheelError, match=f"does not list {WHEEL}"):
        download(WHEEL_PIN)


def test_a_link_that_is_none_is_left_for_the_next_mirror(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = serve(), serve()
    monkeypatch.setenv("FARWHEEL_PYPI", f"{bad.url} {good.url}")
    bad.file("/x-y/", f'<a href="http://127.0.0.1:port/{WHEEL}">{WHEEL}</a>'.encode(), "text/html")
    good.file("/x-y/", f'<a href="/f/{WHEEL}">{WHEEL}</a>'.encode(), "text/html")
    good.file(f"/f/{WHEEL}", CONTENT)
    assert download(WHEEL_PIN) == [CONTENT]
