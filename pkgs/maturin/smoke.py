"""Scaffolds a project, and uploads a wheel to a server on the loopback."""

import subprocess
import sys
import tempfile
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

MATURIN = Path(sys.prefix, "bin/maturin")
METADATA = "Metadata-Version: 2.1\nName: far\nVersion: 1.0\n"


class Index(BaseHTTPRequestHandler):
    """Takes whatever is uploaded."""

    seen = b""

    def do_POST(self) -> None:
        """Keep it, say yes."""
        Index.seen = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()


def maturin(*words: str) -> None:
    """Run it; it must succeed."""
    subprocess.run([MATURIN, *words], check=True)


with tempfile.TemporaryDirectory() as folder, HTTPServer(("127.0.0.1", 0), Index) as server:
    maturin("new", "--bindings", "pyo3", f"{folder}/far")
    assert 'build-backend = "maturin"' in Path(folder, "far/pyproject.toml").read_text()
    wheel = Path(folder, "far-1.0-py3-none-any.whl")
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("far-1.0.dist-info/METADATA", METADATA)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    where = f"http://127.0.0.1:{server.server_port}/"
    maturin("upload", "--repository-url", where, "--username", "me", "--password", "secret", str(wheel))
    server.shutdown()
assert wheel.name.encode() in Index.seen
