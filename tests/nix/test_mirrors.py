"""nix/mirrors.json: Nix fetches a pin by itself, and checks it."""

import hashlib
import json
import secrets
import subprocess
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from farwheel.index.serve import running
from flakes import NIX, copied

pytestmark = pytest.mark.nix

PATH = "pool/main/x/x/fresh_1.0+dfsg~1.tar.xz"


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder and the loopback URL that serves it."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    handler.log_message = lambda *_: None  # type: ignore[attr-defined]
    with running(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as top:
        yield folder, top


def flake(tmp_path: Path, content: bytes, base: str) -> Path:
    """A copy of the flake whose source "zlib" is `content`, which no store holds yet."""
    copy = copied(tmp_path / "copy")
    sources = copy / "nix" / "pins" / "sources.json"
    pins = json.loads(sources.read_text(encoding="utf-8"))
    pins["sources"]["zlib"] |= {
        "path": PATH,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
    }
    sources.write_text(json.dumps(pins), encoding="utf-8")
    (copy / "nix" / "mirrors.json").write_text(json.dumps({"debian": base}), encoding="utf-8")
    return copy


def build(copy: Path) -> subprocess.CompletedProcess[str]:
    command = [*NIX, "build", "--no-link", "--print-out-paths", f"path:{copy}#lib.parts.pins.sources.zlib"]
    if "2.8" in subprocess.run(["nix", "--version"], capture_output=True, text=True, check=True).stdout:
        command.remove("--print-out-paths")
        command.append("--json")
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_pure_nix_build_fetches_from_the_mirror(tmp_path: Path, mirror: tuple[Path, str]) -> None:
    folder, url = mirror
    content = secrets.token_bytes(4096)
    (folder / PATH).parent.mkdir(parents=True)
    (folder / PATH).write_bytes(content)
    done = build(flake(tmp_path, content, url))
    assert done.returncode == 0, done.stderr
    out = json.loads(done.stdout)[0]["outputs"]["out"] if done.stdout.startswith("[") else done.stdout.strip()
    assert Path(out).read_bytes() == content


def test_other_bytes_are_refused(tmp_path: Path, mirror: tuple[Path, str]) -> None:
    folder, url = mirror
    (folder / PATH).parent.mkdir(parents=True)
    (folder / PATH).write_bytes(b"something else")
    done = build(flake(tmp_path, secrets.token_bytes(4096), url))
    assert done.returncode != 0
    assert "hash mismatch" in done.stderr
