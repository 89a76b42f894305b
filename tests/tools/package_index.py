"""A small package index on loopback: JSON as PyPI answers, or HTML with relative URLs as mirrors do."""

import hashlib
import html
import io
import json
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from farwheel.index.serve import running

UPLOADED = "2026-10-02T23:07:22.290270Z"
JSON = "application/vnd.pypi.simple.v1+json"


@dataclass
class PackageIndex:
    """Projects with files; `kind` is "json" or "html"; the switches take away what indexes may lack."""

    kind: str = "json"
    with_hashes: bool = True
    with_upload_times: bool = True
    layout: str = "packages/{:.2}/{:.2}/{:.60}/"
    url: str = ""
    files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    yanked: set[str] = field(default_factory=set)
    pythons: dict[str, str] = field(default_factory=dict)
    absent: int = 404
    broken: set[str] = field(default_factory=set)
    requests: list[str] = field(default_factory=list)
    answers: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def add(self, project: str, name: str, content: bytes) -> None:
        """Publish a file."""
        self.files.setdefault(project, {})[name] = content

    def add_wheel(self, project: str, version: str, tag: str = "py3-none-any", *requires: str) -> str:
        """Publish an empty wheel and return its file name."""
        stem = f"{project.replace('-', '_')}-{version}"
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            lines = ["Metadata-Version: 2.1", f"Name: {project}", f"Version: {version}"]
            lines += [f"Requires-Dist: {text}" for text in requires]
            archive.writestr(f"{stem}.dist-info/METADATA", "\n".join(lines) + "\n")
            archive.writestr(f"{stem}.dist-info/WHEEL", f"Wheel-Version: 1.0\nTag: {tag}\n")
            archive.writestr(f"{stem}.dist-info/RECORD", "")
        name = f"{stem}-{tag}.whl"
        self.add(project, name, packed.getvalue())
        return name

    def add_test_tools(self) -> None:
        """Publish what every package is tested with."""
        self.add_wheel("pytest", "9.0")
        self.add_wheel("pytest-timeout", "2.4")

    def add_sdist(self, project: str, version: str, **files: str) -> str:
        """Publish a source release that holds `files` and return its name; dots in names are spelled `__`."""
        stem = f"{project.replace('-', '_')}-{version}"
        self.add(project, f"{stem}.tar.gz", sdist(stem, **files))
        return f"{stem}.tar.gz"

    def tell(self, path: str, **document: object) -> None:
        """Let its JSON API answer about a project ("demo"), or a version of it ("demo/1.0")."""
        self.answers[f"pypi/{path}/json"] = ("application/json", json.dumps(document).encode())

    def path(self, name: str, content: bytes) -> str:
        """Where a file lies below the server's root."""
        digest = hashlib.blake2b(content, digest_size=32).hexdigest()
        return self.layout.format(digest, digest[2:], digest[4:]) + name

    def page(self, project: str) -> tuple[str, bytes]:
        """(content type, body) of a project's page."""
        rows = [self._row(name, content) for name, content in self.files[project].items()]
        if self.kind == "json":
            meta = {"meta": {"api-version": "1.1"}, "name": project, "files": rows, "versions": []}
            return JSON, json.dumps(meta).encode()
        return "text/html", "".join(map(self._link, rows)).encode()

    def _row(self, name: str, content: bytes) -> dict[str, Any]:
        digest = {"sha256": hashlib.sha256(content).hexdigest()} if self.with_hashes else {}
        row: dict[str, Any] = {"filename": name, "url": "../../" + self.path(name, content), "hashes": digest}
        row |= {
            "size": len(content),
            "yanked": name in self.yanked,
            "requires-python": self.pythons.get(name, ">=3.10"),
        }
        return row | ({"upload-time": UPLOADED} if self.with_upload_times else {})

    def _link(self, row: dict[str, Any]) -> str:
        fragment = "".join(f"#{kind}={value}" for kind, value in row["hashes"].items())
        attributes = f' data-requires-python="{html.escape(row["requires-python"])}"'
        attributes += ' data-yanked="broken"' if row["yanked"] else ""
        attributes += f' data-upload-time="{row["upload-time"]}"' if "upload-time" in row else ""
        return f'<a href="{row["url"]}{fragment}"{attributes}>{row["filename"]}</a><br/>\n'


def sdist(stem: str, **files: str) -> bytes:
    """A .tar.gz whose top folder is `stem`."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in files.items():
            content = text.encode()
            member = tarfile.TarInfo(f"{stem}/{name.replace('__', '.')}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


@contextmanager
def serve(index: PackageIndex) -> Iterator[PackageIndex]:
    """Serve the index; its simple pages are at `index.url`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(with_body=True)

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def _answer(self, *, with_body: bool) -> None:
            index.requests.append(f"{self.command} {self.path}")
            kind, body = _find(index, path := self.path.strip("/"))
            self.send_response(503 if path in index.broken else 200 if kind else index.absent)
            self.send_header("Content-Type", kind or "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if with_body:
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class says so
            pass

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as top:
        index.url = f"{top}/simple"
        yield index


def _find(index: PackageIndex, path: str) -> tuple[str, bytes]:
    if path in index.answers:
        return index.answers[path]
    project = path.removeprefix("simple/")
    if path.startswith("simple/") and project in index.files:
        return index.page(project)
    for files in index.files.values():
        for name, content in files.items():
            if path == index.path(name, content):
                return "application/octet-stream", content
    return "", b"not here"
