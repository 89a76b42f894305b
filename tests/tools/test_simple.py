import json
import time
from datetime import UTC, datetime

import pytest

from farwheel.simple import parse

PAGE = "http://mirror.invalid/a/simple/demo/"
HTML = b"""<html><body>
<a href="../../packages/demo-1.0.tar.gz#sha256=00ff" data-requires-python="&gt;=3.9"
   data-upload-time="2026-10-12T19:35:51.5Z" data-core-metadata="sha256=11ee">demo-1.0.tar.gz</a>
<a href="http://files.invalid/x%2B/demo-1.1.tar.gz#md5=22" data-yanked=""
   data-core-metadata="true">demo-1.1.tar.gz</a>
</body></html>"""


def test_html_with_relative_links() -> None:
    first, second = parse("text/html; charset=utf-8", HTML, PAGE)
    assert first.url == "http://mirror.invalid/a/packages/demo-1.0.tar.gz"
    assert (first.sha256, first.size, first.requires_python, first.yanked) == ("00ff", None, ">=3.9", False)
    assert first.upload_time == datetime(2026, 10, 12, 19, 35, 51, 500000, UTC)
    assert (first.metadata, second.metadata) == ("11ee", "")
    assert (second.sha256, second.upload_time, second.yanked) == ("", None, True)
    assert second.path == "/x+/demo-1.1.tar.gz"


def test_html_with_a_base_and_marked_up_text() -> None:
    body = b'<base href="/f/"><a href="x.tar.gz"><b>demo-1.0</b>.tar.gz </a> text <a name="no-link">x</a>'
    [file] = parse("text/html", body, PAGE)
    assert (file.name, file.url) == ("demo-1.0.tar.gz", "http://mirror.invalid/f/x.tar.gz")


def test_json_with_relative_links() -> None:
    entry = {
        "filename": "demo-1.0.tar.gz",
        "url": "../f/demo-1.0.tar.gz",
        "hashes": {"sha256": "aa"},
        "size": 5,
        "core-metadata": {"sha256": "bb"},
        "upload-time": "2026-10-12T19:35:51.5",
    }
    body = json.dumps({"meta": {"api-version": "1.0"}, "name": "demo", "files": [entry]}).encode()
    [file] = parse("application/vnd.pypi.simple.v1+json", body, PAGE)
    assert file.metadata == "bb"
    assert (file.url, file.size, file.upload_time) == (
        "http://mirror.invalid/a/simple/f/demo-1.0.tar.gz",
        5,
        # PEP 700 wants a Z at its end; an index that leaves it out means the same.
        datetime(2026, 10, 12, 19, 35, 51, 500000, UTC),
    )


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", b"hello"),
        ("application/json", b"{"),
        ("application/json", b'{"message": "hello"}'),
        ("text/html", b'<meta name="pypi:repository-version" content="2.0"><a href="x">x</a>'),
        ("application/json", b'{"meta": {"api-version": "2.0"}, "name": "x", "files": []}'),
        ("application/json", b"[" * 100_000),
        ("text/html", b"<![x>"),
        ("text/html; charset=klingon", b"<a href=x>x</a>"),
    ],
)
def test_what_is_no_index_page_is_an_error(kind: str, body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(kind, body, PAGE)


@pytest.mark.parametrize("said", ["/home/me/.bash_profile", "../../../x", "00/11", "zz", "00\n"])
def test_a_hash_is_no_path(said: str) -> None:
    html = f'<a href="demo-1.0.tar.gz#sha256={said}" data-core-metadata="sha256={said}">demo-1.0.tar.gz</a>'
    row = {"filename": "demo-1.0.tar.gz", "url": "x", "hashes": {"sha256": said}}
    page = {
        "meta": {"api-version": "1.0"},
        "name": "demo",
        "files": [row | {"core-metadata": {"sha256": said}}],
    }
    for kind, body in (("text/html", html), ("application/vnd.pypi.simple.v1+json", json.dumps(page))):
        [file] = parse(kind, body.encode(), "https://index.invalid/demo/")
        assert (file.sha256, file.metadata) == ("", "")


@pytest.mark.parametrize("begun", ["<a ", '<a href="', "<!--", "<!["])
def test_tags_that_never_end_take_no_time(begun: str) -> None:
    start = time.process_time()
    assert parse(
        "text/html", f"<a href=demo-1.0.tar.gz>x</a>{begun * 100_000}".encode(), "https://i.invalid/"
    )
    assert time.process_time() - start < 5
