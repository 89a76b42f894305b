"""Every test of the Python half has a cache of its own, no settings of the host, and no network."""

import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import hypothesis
import pytest

import wheels
from farwheel import nix, targets
from farwheel.index.serve import running
from loopback import Server
from package_index import PackageIndex
from package_index import serve as serve_index
from publish_target import Target
from suite_runs import environment

# The same examples everywhere, and no clock: a failure is the change's fault, not chance's.
hypothesis.settings.register_profile("steady", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("steady")


@pytest.fixture(autouse=True)
def _own_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if re.match(r"(FARWHEEL|PIP|UV|XDG|CARGO)_|NETRC$|(https?|all|no)_proxy$", name, re.IGNORECASE):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("FARWHEEL_CACHE", str(home / "cache"))


@pytest.fixture
def serve() -> Iterator[Callable[[], Server]]:
    """Start a mirror; several may be started."""
    stack = ExitStack()

    def start() -> Server:
        mirror = Server("")

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                mirror.asked.append((self.path, self.headers.get("Range", "")))
                answer = mirror.answers.get(self.path)
                if answer is None:
                    self.send_error(404)
                else:
                    answer(self)

            do_HEAD = do_GET  # noqa: N815 - the name that http.server looks for

            def log_message(self, *_: object) -> None:
                pass

        mirror.url = stack.enter_context(running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)))
        return mirror

    with stack:
        yield start


@pytest.fixture(params=["json", "html"])
def package_index(request: pytest.FixtureRequest) -> Iterator[PackageIndex]:
    """An empty package index with pages as JSON, and one with pages as HTML."""
    with serve_index(PackageIndex(kind=request.param)) as index:
        yield index


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, serve: Callable[[], Server]) -> Server:
    """A repository whose one input, a wheel, nobody has seen before, and a mirror that has it."""
    salt = uuid.uuid4().hex
    content = wheels.build(tmp_path, {"demo/salt": salt}).read_bytes()
    name = f"input_{salt}.tar.xz"
    repository = tmp_path / "repository"
    repository.mkdir()
    shutil.copy(Path(__file__).parent / "fixture/flake.nix", repository)
    pin = {"name": name, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    (repository / "pin.json").write_text(json.dumps(pin))
    (repository / "salt").write_text(name)
    monkeypatch.setattr(nix, "REPOSITORY", repository)
    monkeypatch.setenv("NIX_CONFIG", "sandbox = false")
    monkeypatch.chdir(tmp_path)
    nix.settings.cache_clear()
    nix.options.cache_clear()
    targets.catalogue.cache_clear()
    server = serve()
    server.file(f"/pool/{name}", content)
    monkeypatch.setenv("FARWHEEL_DEBIAN", server.url)
    return server


@pytest.fixture
def apt(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a file below etc/apt of a host of our own; its root."""

    def write(name: str, text: str) -> Path:
        path = tmp_path / "host/etc/apt" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return tmp_path / "host"

    return write


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment for runs of suites."""
    return environment(tmp_path_factory.mktemp("env"))


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The URL of an S3-compatible server, and the folder whose folders are its buckets."""
    program = shutil.which("versitygw")
    if program is None:
        pytest.skip("versitygw is not installed; .ci/run does it where Go is")
    root = tmp_path_factory.mktemp("gateway")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = probe.getsockname()
    env = os.environ | {"ROOT_ACCESS_KEY": "somebody", "ROOT_SECRET_KEY": "something"}
    command = [program, "--quiet", "--port", f"127.0.0.1:{address[1]}", "posix", str(root)]
    with (root.parent / "gateway.log").open("w") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
    try:
        for _ in range(200):
            assert process.poll() is None, (root.parent / "gateway.log").read_text()
            with socket.socket() as probe:
                if probe.connect_ex(address) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{address[1]}", root
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(params=["folder", "bucket"])
def target(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Target:
    if request.param == "folder":
        return Target(str(tmp_path / "published"), tmp_path / "published")
    url, root = request.getfixturevalue("gateway")
    bucket = f"b{uuid.uuid4().hex}"
    (root / bucket).mkdir()
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "something")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    return Target(f"s3://{bucket}/a/index", root / bucket / "a/index")


@pytest.fixture
def pypi(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    """The user's own index, whose pages are JSON where a test has no parameter."""
    with serve_index(PackageIndex(kind=getattr(request, "param", "json"))) as found:
        monkeypatch.setenv("FARWHEEL_PYPI", found.url)
        yield found


@pytest.fixture
def debian(serve: Callable[[], Server], monkeypatch: pytest.MonkeyPatch) -> Server:
    """A mirror on loopback that is the only one for what Debian keeps."""
    server = serve()
    monkeypatch.setenv("FARWHEEL_DEBIAN", server.url)
    return server
