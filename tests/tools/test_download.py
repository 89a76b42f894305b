"""Fetching a file: whole, resumed, kept, or for want of room not at all."""

import errno
import gzip
import os
import shutil
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import IO, Any, Self

import pytest

from downloads import CONTENT, Counter, cut_off, download, in_turn, pin
from farwheel import cache, fetch
from farwheel.errors import FarwheelError
from loopback import Server, begin


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
    item = pin()
    debian.file(f"/{item.path}", CONTENT)
    usage = shutil.disk_usage(cache.folder())
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=len(CONTENT)))
    with pytest.raises(FarwheelError, match=r"0\.3 MB .* free") as caught:
        fetch.download([item], lambda *_: None)
    assert "FARWHEEL_CACHE" in caught.value.hint
    assert not debian.asked
