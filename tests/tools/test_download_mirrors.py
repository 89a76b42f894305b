"""Which mirror is asked, for how long, and where on it a file is looked for."""

import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import pytest

from downloads import CONTENT, Counter, Serve, cut_off, download, pin
from farwheel.download import Downloader
from farwheel.errors import FarwheelError
from farwheel.transfer import Patience
from farwheel.web import client
from loopback import Server

WHEEL = "x_y-1.0-py3-none-any.whl"
WHEEL_PIN = pin(path=f"packages/ab/{WHEEL}", registry="pypi")
JSON = "application/vnd.pypi.simple.v1+json"


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
