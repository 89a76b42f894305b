import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from farwheel import nix
from farwheel.cli import main
from farwheel.cli.lock import lock
from farwheel.index import kept
from farwheel.pins import Pin
from package_index import PackageIndex
from package_index import serve as serve_index
from waiting import waiting

PYPROJECT = '[build-system]\nrequires = ["helper"]\nbuild-backend = "helper"\n'


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    with serve_index(PackageIndex(kind="html")) as index:
        monkeypatch.setenv("FARWHEEL_PYPI", index.url)
        index.add_wheel("helper", "1.0")
        index.add_test_tools()
        index.add_sdist("demo", "1.0", pyproject__toml=PYPROJECT)
        yield index


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "nix/cpython").mkdir(parents=True)
    (tmp_path / "nix/cpython/versions.json").write_text('{"cp313": {"version": "3.13.18"}}')
    (tmp_path / "nix/pins").mkdir()
    (tmp_path / "nix/pins/sources.manifest.json").write_text('{"zlib": {"source": "zlib", "suite": "sid"}}')
    (tmp_path / "nix/pins/tools.manifest.json").write_text('{"python": "3.13", "requirements": ["helper"]}')
    monkeypatch.setattr(nix, "REPOSITORY", tmp_path)
    return tmp_path


@pytest.mark.usefixtures("server")
def test_paths_go_to_stdout_and_talk_to_stderr(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pin = repository / "pkgs/demo/pin.json"
    assert main(["lock", "Demo"]) == 0
    said = capfd.readouterr()
    assert said.out == f"{pin}\n"
    assert said.err == "demo/pin.json:\n+ cp313: helper 1.0\n+ demo 1.0\n"
    before = pin.stat()
    assert main(["lock", "demo"]) == 0
    assert capfd.readouterr() == ("", "")
    assert (pin.stat().st_ino, pin.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_check_writes_nothing_and_tells_by_its_exit_code(
    server: PackageIndex, repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["lock", "demo", "--check"]) == 1
    assert not (repository / "pkgs").exists()
    assert main(["lock", "demo"]) == 0
    assert main(["lock", "demo", "--check"]) == 0
    server.add_sdist("demo", "1.1", pyproject__toml=PYPROJECT)
    capfd.readouterr()
    assert main(["lock", "--all", "--check", "--json"]) == 1
    pin = str(repository / "pkgs/demo/pin.json")
    assert json.loads(capfd.readouterr().out) == [{"path": pin, "changes": ["  demo 1.0 -> 1.1"]}]


@pytest.mark.usefixtures("server")
def test_ingredients_by_name(
    repository: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FARWHEEL_DEBIAN", "http://127.0.0.1:9/debian")
    assert main(["lock", "--ingredients", "tools"]) == 0
    assert capfd.readouterr().out == f"{repository}/nix/pins/tools.json\n"


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    "arguments", [[], ["demo", "--all"], ["--ingredients", "demo"], ["--ingredients", "--all", "root"]]
)
def test_arguments_that_make_no_sense(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["lock", *arguments]) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: ")


@pytest.mark.usefixtures("repository")
def test_a_file_other_than_the_index_promised_is_refused(
    server: PackageIndex, repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    name, content = next(iter(server.files["demo"].items()))
    path = server.path(name, content)
    server.answers[path] = ("application/gzip", bytes(len(content)))
    assert main(["lock", "demo"]) == 75
    assert "wrong content" in capfd.readouterr().err
    assert not (repository / "pkgs").exists()


@pytest.mark.usefixtures("server", "repository")
def test_an_unknown_project(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["lock", "absent"]) == 1
    assert "no package index has absent" in capfd.readouterr().err


@pytest.mark.usefixtures("server")
def test_what_it_needs_to_run_is_kept_for_the_index(
    server: PackageIndex, repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (repository / "pkgs/ours").mkdir(parents=True)
    (repository / "pkgs/ours/default.nix").touch()
    info = "Metadata-Version: 2.2\nName: demo\nVersion: 1.0\nRequires-Dist: dep==1.0\nRequires-Dist: ours\n"
    server.add_wheel("ours", "1.0")
    names = [server.add_wheel("dep", version) for version in ("1.0", "2.0")]
    server.add_sdist("demo", "1.0", pyproject__toml=PYPROJECT, **{"PKG-INFO": info})
    pins = repository / "closures/pins.json"
    assert main(["lock", "demo"]) == 0
    assert capfd.readouterr().out == f"{repository}/pkgs/demo/pin.json\n{pins}\n"
    kept = json.loads(pins.read_text())["pure"]
    assert list(kept) == names[:1]
    info = info.replace("1.0", "2.0")
    server.add_sdist("demo", "2.0", pyproject__toml=PYPROJECT, **{"PKG-INFO": info})
    assert main(["lock", "demo"]) == 0
    after = json.loads(pins.read_text())["pure"]
    # What an index may have published stays, as it was.
    assert list(after) == names
    assert after[names[0]] == kept[names[0]]


def test_two_that_keep_what_packages_need_to_run_take_turns(
    server: PackageIndex, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    info = "Metadata-Version: 2.2\nName: demo\nVersion: 1.0\nRequires-Dist: dep\n"
    ours, theirs = server.add_wheel("dep", "1.0"), "theirs-1.0-py3-none-any.whl"
    server.add_sdist("demo", "1.0", pyproject__toml=PYPROJECT, **{"PKG-INFO": info})
    pins = kept.path(repository / "pkgs")
    with waiting("pins", lambda: lock(["demo"]), capsys):
        kept.more(pins, [Pin("pypi", f"x/{theirs}", "0" * 64, 1)]).write()
    assert kept.read(pins).keys() == {ours, theirs}
