"""Indexes on loopback that hold pages and METADATA and not one wheel: what uv resolves an audit with."""

import json
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote, unquote

from farwheel.audit.goal import Goal
from farwheel.audit.ours import Ours
from farwheel.audit.upstream import Release, Releases
from farwheel.errors import FarwheelError
from farwheel.index.serve import running
from farwheel.index.simple_json import TYPE
from farwheel.simple import File

# Our index alone; ours and those of upstream's wheels that fit; and as if upstream had wheels for everybody.
OURS, BOTH, ANY = "ours", "both", "any"
_REQUIRES_PYTHON = re.compile(rb"^Requires-Python:(.*)\n", re.MULTILINE | re.IGNORECASE)


class Shelf:
    """The indexes for one goal; `cache` is for uv, `failure` what went wrong while it was reading."""

    def __init__(self, goal: Goal, ours: Ours, upstream: Releases) -> None:
        self.url = ""
        self.cache = ""
        self.failure: FarwheelError | None = None
        self.excluded: dict[str, str] = {}
        self._goal = goal
        self._ours = ours
        self._upstream = upstream
        self._metadata: dict[str, Callable[[], bytes]] = {}

    def root(self, name: str) -> str:
        """The URL of one of the indexes."""
        return f"{self.url}/{name}"

    def answer(self, path: str) -> bytes | None:
        """What there is at a path: /INDEX/PROJECT/ or /INDEX/FILE.metadata."""
        try:
            if make := self._metadata.get(path):
                return make()
            _, index, name, *_ = unquote(path).split("/")
            rows = [] if name.endswith(".whl") else self._page(index, name)
        except FarwheelError as error:
            self.failure = error
            return None
        meta = {"meta": {"api-version": "1.1"}, "name": name, "versions": [], "files": rows}
        return json.dumps(meta).encode() if rows else None

    def _page(self, index: str, name: str) -> list[dict[str, Any]]:
        rows = {file.name: self._row(index, file, self._ours.metadata) for file in self._fitting(name)}
        if index != OURS:
            free = index == ANY and self._excludes(name)
            for release in self._believable(name):
                for file, as_name in self._of(release, name, index):
                    if free or self._goal.admits(file.requires_python):
                        row = self._row(index, file, self._upstream.metadata, as_name, free=free)
                        rows.setdefault(as_name, row)
        return list(rows.values())

    def _fitting(self, name: str) -> list[File]:
        return [file for file in self._ours.files(name) if self._goal.rank(file.name) is not None]

    def _believable(self, name: str) -> Iterator[Release]:
        """Without sdists older than wheels: what they require is often unknown, and uv would flee to them."""
        wheels = False
        for release in self._upstream.releases(name):
            wheels |= release.has_wheels
            if release.has_wheels or not wheels:
                yield release

    def _of(self, release: Release, name: str, index: str) -> Iterator[tuple[File, str]]:
        """Files that fit; where there are none, and any will do, one that stands in for them."""
        fitting = [file for file in release.wheels if self._goal.rank(file.name) is not None]
        yield from ((file, file.name) for file in fitting)
        if not fitting and index == ANY:
            yield release.stand_in, f"{name.replace('-', '_')}-{release.version}-py3-none-any.whl"

    def _row(
        self,
        index: str,
        file: File,
        metadata: Callable[[File], bytes],
        name: str = "",
        *,
        free: bool = False,
    ) -> dict[str, Any]:
        url = f"/{index}/{quote(name or file.name)}"
        self._metadata[f"{url}.metadata"] = lambda: self._said(metadata(file), free=free)
        row: dict[str, Any] = {"filename": name or file.name, "url": url, "hashes": {}, "core-metadata": True}
        return row | {"yanked": file.yanked}

    def _said(self, content: bytes, *, free: bool) -> bytes:
        """METADATA for uv, which minds only the lower bound of a Requires-Python; pip minds all of it."""
        found = _REQUIRES_PYTHON.search(content.partition(b"\n\n")[0] + b"\n")
        if not found or self._goal.admits(found[1].decode(errors="replace")):
            return content
        return content.replace(found[0], b"" if free else b"Requires-Python: >=4000\n", 1)

    def _excludes(self, name: str) -> bool:
        """Whether no file is meant for this CPython; one of the newest release tells for which it is."""
        releases = self._upstream.releases(name)
        said = [file.requires_python for one in releases for file in (one.stand_in, *one.wheels)]
        if not said or any(self._goal.admits(text) for text in said):
            return False
        self.excluded[name] = said[0]
        return True


@contextmanager
def serve(goal: Goal, ours: Ours, upstream: Releases) -> Iterator[Shelf]:
    """The indexes for a goal, as long as the block runs."""
    shelf = Shelf(goal, ours, upstream)

    class Server(ThreadingHTTPServer):
        # uv opens many connections at once, and one that finds no place waits for a second.
        request_queue_size = 128
        daemon_threads = True
        # A thread that still waits for an index must not hold up the end.
        block_on_close = False

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = shelf.answer(self.path)
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/plain" if self.path.endswith(".metadata") else TYPE)
            self.send_header("Content-Length", str(len(body or b"")))
            self.send_header("Cache-Control", "max-age=3600")
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    with running(server) as shelf.url, tempfile.TemporaryDirectory() as shelf.cache:
        yield shelf
