"""The index on loopback, for trying it out."""

import errno
import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any

from packaging.utils import canonicalize_name

from farwheel.errors import FarwheelError
from farwheel.index import negotiate

# The list of projects, and the page of one; with or without the slash that belongs there.
_PAGE = re.compile(r"/simple(?:/([A-Za-z0-9._-]+))?/?")
# Suffix -> media type; everything else is bytes.
TYPES = {
    ".css": "text/css",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".json": "application/json",
    ".metadata": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".xml": "application/atom+xml",
}


def server(out: Path, port: int, *, quiet: bool = False) -> ThreadingHTTPServer:
    """A server of the folder `out` on 127.0.0.1, not running yet; `port` 0 means any that is free.

    Requests are told on stderr, unless it is to be quiet.

    FarwheelError when there is no index, and when the port is taken.
    """
    if not (out / "simple/index.html").exists():
        raise FarwheelError(f"{out} holds no index", f"write it first: tools/farwheel index {out}")
    handler = partial(_Quiet if quiet else _Handler, directory=str(out.absolute()))
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OverflowError:
        raise FarwheelError(f"there is no port {port}", "a port is a number from 0 to 65535") from None
    except OSError as error:
        if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
            raise
        raise FarwheelError(
            f"port {port} cannot be had: {os.strerror(error.errno)}",
            "take another one: --port 8001, or --port 0",
        ) from None


@contextmanager
def running(found: ThreadingHTTPServer) -> Iterator[str]:
    """Let a server on loopback answer as long as the block runs; its URL, without a slash at the end."""
    with found:
        threading.Thread(target=found.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{found.server_port}"
        finally:
            found.shutdown()


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "farwheel"
    sys_version = ""
    # A client that goes away must not hold a thread for ever; seconds.
    timeout = 60
    _type = ""

    def send_head(self) -> Any:
        """Pages of the simple API in the form that the client likes; everything else as it lies there."""
        self._type = ""
        # Its times are whole seconds, and a page may be replaced twice in one.
        del self.headers["If-Modified-Since"]
        path = self.path.partition("?")[0]
        if path == "/" and not Path(self.directory, "index.html").exists():
            return self._moved("/simple/")
        page = _PAGE.fullmatch(path)
        if page is None or Path(self.directory, path[1:]).is_file():
            return super().send_head()
        name = f"{canonicalize_name(page[1])}/" if page[1] else ""
        return self._page(path) if path == f"/simple/{name}" else self._moved(f"/simple/{name}")

    def _page(self, path: str) -> IO[bytes] | None:
        choice = negotiate.choose(",".join(self.headers.get_all("Accept", [])))
        if choice is None:
            self.send_error(HTTPStatus.NOT_ACCEPTABLE, "there is JSON and HTML of the simple API")
            return None
        self._type = choice.type
        self.path = path + choice.file
        return super().send_head()

    def _moved(self, path: str) -> None:
        self.send_response(HTTPStatus.MOVED_PERMANENTLY)
        self.send_header("Location", path)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def list_directory(self, path: Any) -> None:  # noqa: ARG002 - the base class says so
        self.send_error(HTTPStatus.NOT_FOUND)

    def guess_type(self, path: Any) -> str:
        return self._type or TYPES.get(Path(path).suffix, "application/octet-stream")

    def end_headers(self) -> None:
        self.send_header("Vary", "Accept")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class says so
        sys.stderr.write(f"{format % args}\n")


class _Quiet(_Handler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class says so
        pass
