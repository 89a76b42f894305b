"""How a board is entered and left: one with an empty floor, so that no interpreter has to be built."""

import subprocess
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from farwheel import board, builder, cache, derivation, nix
from farwheel.board import Board
from farwheel.cli import main
from farwheel.index.serve import running
from farwheel.probe import Probe

pytestmark = pytest.mark.nix

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FARWHEEL_CACHE", str(tmp_path / "cache"))


@pytest.fixture(params=["riscv64", "loongarch64"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Board:
    """A board whose floor is empty and whose pip is a file: nothing of it has to be built."""
    architecture = request.param
    paths: list[str] = nix.evaluate("lib.parts", "p: [ p.pins.seed.drvPath p.root.drvPath ]")
    (seed, _), _ = builder.build(paths, builder.Effort())
    found = derivation.read(nix.evaluate(f"lib.boards.{architecture}.cp313", "b: b.drvPath"))
    floor, pip = tmp_path / "floor", tmp_path / "pip"
    for folder in (floor / "usr/bin", floor / "etc", pip):
        folder.mkdir(parents=True)
    (pip / "pip").write_text("pip")
    variables = {name: found.env[name] for name in board.ENTERING} | {
        "root": str(floor),
        "mounts": f"{seed}:/opt/busybox {pip}:/opt/pip",
    }
    return Board(architecture, "cp313", found.env["QEMU_CPU"], variables)


@pytest.fixture
def run(bare: Board) -> Run:
    """Run a shell command on the bare board."""

    def start(command: str, **how: object) -> "subprocess.CompletedProcess[str]":
        words, env = board.entering(bare, ("sh", "-c", command), **how)  # type: ignore[arg-type]
        return subprocess.run(words, env=env, capture_output=True, text=True, check=False, timeout=60)

    return start


@pytest.fixture
def url() -> Iterator[str]:
    """A server on the host's loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"reached")

        def log_message(self, *_: object) -> None:
            pass

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as top:
        yield f"{top}/"


def test_exit_code_and_output_are_the_commands(run: Run) -> None:
    done = run("pwd; cat /opt/env/pip; exit 7")
    assert (done.stdout, done.stderr, done.returncode) == ("/build\npip", "", 7)


def test_the_hosts_loopback_is_reached(run: Run, url: str) -> None:
    assert run(f"wget -q -O - {url}").stdout == "reached"


def test_only_the_floor_is_seen(run: Run) -> None:
    """No store, no host, and foreign programs through the private binfmt alone."""
    done = run("ls /nix/store /usr/bin; cat /run/binfmt/farwheel; touch /usr/bin/new /opt/busybox/new")
    assert done.stdout.startswith("/nix/store:\n\n/usr/bin:\nenabled\ninterpreter ")
    assert done.stderr.count("Read-only file system") == 2


def test_of_the_hosts_environment_only_proxies_come_along(run: Run, bare: Board) -> None:
    host = {"https_proxy": "http://proxy", "NO_PROXY": "localhost", "PYTHONPATH": "/x", "PIP_NO_INDEX": "1"}
    index = "http://127.0.0.1:8000/simple/"
    said = dict(line.split("=", 1) for line in run("env", index=index, host=host).stdout.splitlines())
    assert {name: said.get(name) for name in host} == host | {"PYTHONPATH": None, "PIP_NO_INDEX": None}
    assert said["PIP_INDEX_URL"] == said["UV_DEFAULT_INDEX"] == index
    assert said["QEMU_CPU"] == bare.cpu
    assert not said.keys() & {"bb", "top", "view", *board.ENTERING}
    assert "PIP_INDEX_URL" not in run("env", host={}).stdout


def test_the_hosts_certificates_are_trusted(run: Run, tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_text("trusted")
    host = {"PIP_CERT": str(bundle)}
    assert run('cat "$SSL_CERT_FILE"', host=host).stdout == "trusted"
    assert "SSL_CERT_FILE" not in run("env", host={"PIP_CERT": str(tmp_path)}).stdout


def test_nothing_is_left_and_nothing_is_shared(run: Run, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    write = "touch /build/new /tmp/new /opt/env/new /new; ls /build /tmp"
    assert run(write).stdout == run(write).stdout == "/build:\nnew\n\n/tmp:\nnew\n"
    assert set(tmp_path.rglob("*")) - set(before) <= {cache.folder("board")}


def test_a_folder_of_ones_own_stays(run: Run, tmp_path: Path) -> None:
    work = tmp_path / "my work"
    work.mkdir()
    (work / "program").write_text("echo hello >said; touch ~/history")
    assert run("sh program", work=work).returncode == 0
    assert (work / "said").read_text() == "hello\n"
    assert sorted(path.name for path in work.iterdir()) == ["program", "said"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["riscv46"], "unknown architecture 'riscv46'\n  there are: loongarch64 riscv64"),
        (["riscv64", "--python", "3.1"], "unknown CPython '3.1'\n  there are: cp31"),
        (["riscv64", "--index", "site"], "--index site is no http(s) URL\n"),
        (["riscv64", "--workdir", "/none"], "--workdir /none is no folder\n"),
    ],
)
def test_what_does_not_exist_is_named(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["board", *words]) == 2
    assert capsys.readouterr().err.startswith(f"error: {message}")


def test_a_kernel_that_forbids_it_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(board, "probe", lambda: Probe("unshare: Operation not permitted", "not tried"))
    assert main(["board", "riscv64"]) == 1
    assert capsys.readouterr().err.startswith("error: user namespaces: unshare: Operation not permitted\n  ")
