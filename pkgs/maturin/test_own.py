"""The program as far as it needs no Rust: it scaffolds, finds interpreters, refuses, uploads."""

import platform
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version
from pathlib import Path
from typing import Any

import maturin as module
import pytest

MATURIN = Path(sys.prefix, "bin/maturin")
MACHINE = platform.machine().replace("riscv64", "riscv64gc")
RUSTC = f"""rustc 1.96.0 (0123456789abcdef 2026-05-25)
binary: rustc
commit-hash: 0123456789abcdef0123456789abcdef01234567
commit-date: 2026-05-25
host: {MACHINE}-unknown-linux-gnu
release: 1.96.0
LLVM version: 22.1.0
"""


class Index(BaseHTTPRequestHandler):
    """Takes what is uploaded with the right password."""

    def do_POST(self) -> None:
        """Keep it, and say yes or no."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        # "me:secret", as RFC 7617 writes it.
        right = self.headers["Authorization"] == "Basic bWU6c2VjcmV0"
        if right:
            self.server.seen.append(body)
        self.send_response(200 if right else 403)
        self.end_headers()


@pytest.fixture
def index() -> Iterator[Any]:
    with HTTPServer(("127.0.0.1", 0), Index) as server:
        server.seen = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    path = tmp_path / "far-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("far-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: far\nVersion: 1.0\n")
    return path


def maturin(*words: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([MATURIN, *words], check=False, capture_output=True, text=True)


def upload(index: Any, wheel: Path, password: str) -> "subprocess.CompletedProcess[str]":
    where = f"http://127.0.0.1:{index.server_port}/"
    words = ("--repository-url", where, "--username", "me", "--password", password)
    return maturin("upload", *words, wheel)


def test_the_version_is_that_of_the_wheel() -> None:
    assert maturin("--version").stdout.split() == ["maturin", version("maturin")]


@pytest.mark.parametrize("bindings", ["pyo3", "cffi", "uniffi", "bin"])
def test_a_new_project(bindings: str, tmp_path: Path) -> None:
    done = maturin("new", "--bindings", bindings, tmp_path / "far")
    assert done.returncode == 0, done.stderr
    assert 'build-backend = "maturin"' in (tmp_path / "far/pyproject.toml").read_text()
    assert 'name = "far"' in (tmp_path / "far/Cargo.toml").read_text()


def test_the_interpreter_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What machine this is it asks the compiler."""
    (tmp_path / "rustc").write_text(f"#!{sys.executable}\nprint({RUSTC!r})\n")
    (tmp_path / "rustc").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{MATURIN.parent}")
    done = maturin("list-python")
    assert done.returncode == 0, done.stderr
    assert f"CPython {sys.version_info.major}.{sys.version_info.minor} at" in done.stdout + done.stderr


def test_the_backend_takes_options() -> None:
    assert module.get_maturin_pep517_args({"build-args": "--locked --release"}) == ["--locked", "--release"]


def test_without_cargo_a_build_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maturin("new", "--bindings", "pyo3", tmp_path / "far")
    monkeypatch.setenv("PATH", str(MATURIN.parent))
    monkeypatch.chdir(tmp_path / "far")
    done = maturin("build")
    assert done.returncode == 1
    assert "cargo" in done.stderr


def test_a_wheel_is_uploaded(index: Any, wheel: Path) -> None:
    done = upload(index, wheel, "secret")
    assert done.returncode == 0, done.stderr
    (body,) = index.seen
    assert wheel.name.encode() in body


def test_a_wrong_password_is_told(index: Any, wheel: Path) -> None:
    done = upload(index, wheel, "wrong")
    assert done.returncode == 1
    assert index.seen == []
