"""A mirror on loopback that does what a test wants."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

Answer = Callable[[BaseHTTPRequestHandler], None]


def begin(handler: BaseHTTPRequestHandler, content: bytes, kind: str = "application/octet-stream") -> bytes:
    """Answer up to the body as a good mirror does, ranges included; what is to follow."""
    start = int((re.match(r"bytes=(\d+)-", handler.headers.get("Range", "")) or ["", "0"])[1])
    handler.send_response(206 if start else 200)
    if start:
        handler.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(content) - start))
    handler.end_headers()
    return content[start:]


@dataclass
class Server:
    """A mirror on loopback: `answers` says, for a path, what happens; `asked` what was asked for."""

    url: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def file(self, path: str, content: bytes, kind: str = "application/octet-stream") -> None:
        """Serve a file as a good mirror does, ranges included."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.wfile.write(begin(handler, content, kind))

        self.answers[path] = answer
