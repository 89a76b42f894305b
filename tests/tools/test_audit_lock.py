"""`audit --lock`: real pip and real uv install from it, and from nothing that is not what it says."""

import json
import platform
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from packaging.pylock import Pylock

from clients import OURS, Client, aimed
from farwheel import nix
from farwheel.cli import main
from farwheel.index.serve import running, server
from farwheel.pins import write_json
from index_repository import PURE, Repository, file_name, made, page

# uv holds the lock against the interpreter that runs it, whatever --python-version says.
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
CPYTHON = f"cp{PYTHON.replace('.', '')}"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """demo 1.0 and 1.1 for our architectures, needing `needed`; an index of it in `site`."""
    found = Repository(tmp_path_factory.mktemp("published") / "repository")
    (found.root / "nix/cpython").mkdir(parents=True, exist_ok=True)
    write_json(found.root / "nix/cpython/versions.json", {CPYTHON: {"version": platform.python_version()}})
    for tag in OURS.values():
        for version in ("1.0", "1.1"):
            found.wheel("demo", version, f"{CPYTHON}-{CPYTHON}-{tag}", metadata=b"Requires-Dist: needed>=1\n")
    found.pin("needed", "2.0")
    found.publish(found.root / "site")
    return found


@pytest.fixture
def repository(published: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """The same; the user's own index is nowhere."""
    monkeypatch.setattr(nix, "REPOSITORY", published.root)
    monkeypatch.setenv("FARWHEEL_PYPI", "http://127.0.0.1:9/simple")
    monkeypatch.chdir(tmp_path)
    return published


@pytest.fixture
def site(repository: Repository, tmp_path: Path) -> Path:
    """A copy of the published folder, to be damaged."""
    return shutil.copytree(repository.root / "site", tmp_path / "site")


@pytest.fixture
def url(site: Path) -> Iterator[str]:
    with running(server(site, 0)) as top:
        yield f"{top}/simple/"


def locked(url: str, architecture: str, file: str = "requirements.txt") -> Path:
    """The lock of demo."""
    words = ("demo", "--index", url, "--arch", architecture, "--python", CPYTHON, "--lock", file)
    assert main(["audit", *words]) == 0
    return Path(file)


def install(client: Client, url: str, lock: Path, architecture: str) -> str:
    """What is said when it fails, "" when all is installed."""
    hashes = [] if lock.suffix == ".toml" else ["--require-hashes"]
    done = client.install(url, *hashes, "-r", str(lock), *aimed(client.name, architecture, PYTHON))
    return done.stdout + done.stderr if done.returncode else ""


# No pip that comes with a CPython of today reads pylock.toml.
CASES = [
    ("pip", "requirements.txt"),
    ("uv", "requirements.txt"),
    ("uv", "pylock.toml"),
    ("uv", "pylock.demo.toml"),
]


@pytest.mark.parametrize("architecture", OURS)
@pytest.mark.parametrize(("name", "file"), CASES)
def test_clients_install_from_a_lock(
    name: str, file: str, architecture: str, url: str, tmp_path: Path
) -> None:
    lock = locked(url, architecture, file)
    client = Client(name, tmp_path)
    assert install(client, url, lock, architecture) == ""
    assert client.modules == {"demo": "1.1", "needed": "2.0"}


def test_a_lock_names_one_file_of_each_project(url: str, repository: Repository) -> None:
    _, *rows = locked(url, "riscv64").read_text().splitlines()
    files = {
        file["filename"]: file
        for name in ("demo", "needed")
        for file in page(repository.root / "site", name)["files"]
    }
    wanted = [
        file_name("demo", "1.1", f"{CPYTHON}-{CPYTHON}-{OURS['riscv64']}"),
        file_name("needed", "2.0", PURE),
    ]
    digests = [files[name]["hashes"]["sha256"] for name in wanted]
    assert rows == [f"demo==1.1 --hash=sha256:{digests[0]}", f"needed==2.0 --hash=sha256:{digests[1]}"]
    lock = Pylock.from_dict(tomllib.loads(locked(url, "riscv64", "pylock.toml").read_text()))
    base = url.removesuffix("simple/")
    found = [(wheel.url, dict(wheel.hashes), wheel.size) for p in lock.packages for wheel in p.wheels or ()]
    assert found == [
        (f"{base}files/{name}", {"sha256": files[name]["hashes"]["sha256"]}, files[name]["size"])
        for name in wanted
    ]


def test_of_the_ledgers_index_a_lock_can_be_written_before_it_is_published(
    repository: Repository, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FARWHEEL_PYPI", url)
    before = locked(url, "riscv64").read_text()
    words = ("demo", "--arch", "riscv64", "--python", PYTHON, "--lock", "second.txt")
    assert main(["audit", *words, "--wheels", str(repository.wheels)]) == 0
    assert Path("second.txt").read_text() == before


def tampered(wheel: Path) -> None:
    tag = f"{CPYTHON}-{CPYTHON}-{OURS['riscv64']}"
    wheel.write_bytes(made("demo", "1.1", tag, metadata=b"Requires-Dist: needed>=1\nSummary: evil\n"))


def truncated(wheel: Path) -> None:
    wheel.write_bytes(wheel.read_bytes()[:-200])


def swapped(wheel: Path) -> None:
    wheel.write_bytes((wheel.parent / wheel.name.replace("1.1", "1.0")).read_bytes())


def replaced_in_the_whole_index(wheel: Path) -> None:
    """By someone who could also write the pages."""
    tampered(wheel)
    other = Repository(wheel.parents[1] / "other")
    for path in wheel.parent.glob("*.whl"):
        (other.wheels / path.name).write_bytes(path.read_bytes())
        other.enter(path.name.split("-")[0], path.name, path.read_bytes())
    other.publish(wheel.parents[1] / "evil")
    shutil.rmtree(wheel.parents[1] / "simple")
    (wheel.parents[1] / "evil/simple").rename(wheel.parents[1] / "simple")


@pytest.mark.parametrize("damage", [tampered, truncated, swapped, replaced_in_the_whole_index])
@pytest.mark.parametrize(("name", "file"), CASES[:3])
def test_what_is_not_what_the_lock_says_is_refused(
    name: str, file: str, damage: Callable[[Path], None], site: Path, url: str, tmp_path: Path
) -> None:
    lock = locked(url, "riscv64", file)
    damage(site / "files" / file_name("demo", "1.1", f"{CPYTHON}-{CPYTHON}-{OURS['riscv64']}"))
    client = Client(name, tmp_path)
    said = install(client, url, lock, "riscv64").lower()
    # uv looks at the size first, and unpacks while it downloads: what is no archive has no hash yet.
    assert any(word in said for word in ("hash", "mismatch", "invalid zip file structure"))
    assert "demo" not in client.modules


def test_nothing_is_locked_while_an_index_does_not_answer(url: str, capsys: Capture) -> None:
    Path("lock.txt").write_text("before")
    words = ("demo", "absent", "--index", url, "--arch", "riscv64", "--python", CPYTHON)
    assert main(["audit", *words, "--lock", "lock.txt", "--json"]) == 75
    assert "/ does not answer: " in capsys.readouterr().err
    assert Path("lock.txt").read_text() == "before"


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize("place", ["", ".", "folder"])
def test_a_lock_is_a_file(place: str, capsys: Capture) -> None:
    Path("folder").mkdir()
    assert main(["audit", "demo", "--arch", "riscv64", "--python", CPYTHON, "--lock", place]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert f"--lock {place or '.'} is a folder" in said.err


def test_a_lock_that_cannot_be_written_is_named(url: str, capsys: Capture) -> None:
    words = ("demo", "--index", url, "--arch", "riscv64", "--python", CPYTHON, "--json")
    assert main(["audit", *words, "--lock", "nowhere/lock.txt"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)[0]["missing"] == []
    assert "nowhere/lock.txt was not written: No such file" in said.err


def test_who_reads_a_lock_while_it_is_written_reads_the_old_one_whole(url: str) -> None:
    Path("lock.txt").write_text("before")
    with Path("lock.txt").open() as reader:
        locked(url, "riscv64", "lock.txt")
        assert reader.read() == "before"
