"""Pins of a made-up content, their download, and mirrors that answer badly."""

import hashlib
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

from farwheel.download import Downloader
from farwheel.pins import Pin
from farwheel.transfer import Patience
from farwheel.web import client
from loopback import Server

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
