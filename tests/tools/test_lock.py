import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from crate_registry import Registry, manifest
from farwheel import web
from farwheel.errors import FarwheelError, UnavailableError
from farwheel.lock import Upstream, cpythons, lock_package
from farwheel.pins import Pin
from farwheel.pypi import Index
from farwheel.recipe import LockOptions
from loopback import Server
from package_index import UPLOADED, PackageIndex

PYPROJECT = '[build-system]\nrequires = ["cython>=3"]\nbuild-backend = "setuptools.build_meta"\n'
PKG_INFO = (
    "Metadata-Version: 2.2\nName: demo\nVersion: 1.0\nRequires-Python: >=3.10\nRequires-Dist: pure-dep\n"
)


@pytest.fixture
def server(package_index: PackageIndex) -> PackageIndex:
    for version in ("313", "314"):
        package_index.add_wheel("cython", "3.1", f"cp{version}-cp{version}-manylinux_2_17_x86_64")
    package_index.add_wheel("cython", "3.1")
    package_index.add_wheel("pure-dep", "0.5")
    package_index.add_test_tools()
    package_index.add_sdist("demo", "1.0", **{"pyproject__toml": PYPROJECT, "PKG-INFO": PKG_INFO})
    return package_index


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    versions = {
        "cp313": {"version": "3.13.18"},
        "cp314": {"version": "3.14.10"},
        "cp39": {"version": "3.9.1"},
    }
    (tmp_path / "repository/nix/cpython").mkdir(parents=True)
    (tmp_path / "repository/nix/cpython/versions.json").write_text(json.dumps(versions))
    return tmp_path / "repository"


def upstream(server: PackageIndex, folder: Path, notes: list[str] | None = None) -> Upstream:
    def download(pin: Pin) -> Path:
        path = folder / pin.file_name
        path.write_bytes(
            next(files[pin.file_name] for files in server.files.values() if pin.file_name in files)
        )
        assert hashlib.sha256(path.read_bytes()).hexdigest() == pin.sha256
        return path

    said = notes if notes is not None else []
    return Upstream(Index(web.client(timeout=5), [server.url]), [server.url], download, said.append)


def test_a_new_package_is_locked_whole(server: PackageIndex, repository: Path, tmp_path: Path) -> None:
    change = lock_package(repository, "Demo", upstream(server, tmp_path))
    change.write()
    pin = json.loads((repository / "pkgs/demo/pin.json").read_text())
    assert (pin["name"], pin["version"], pin["requires_python"]) == ("demo", "1.0", ">=3.10")
    assert (pin["backend"], pin["backend_path"], pin["build_requires"]) == (
        "setuptools.build_meta",
        [],
        ["cython>=3"],
    )
    assert pin["upload_time"] == int(datetime.fromisoformat(UPLOADED).timestamp())
    assert sorted(pin["build"]) == ["cp313", "cp314"]
    assert pin["build"]["cp314"] == {
        "native": ["cython-3.1-cp314-cp314-manylinux_2_17_x86_64.whl"],
        "target": ["cython-3.1-py3-none-any.whl"],
        "packages": [],
    }
    assert pin["run"]["cp313"] == {"wheels": ["pure_dep-0.5-py3-none-any.whl"], "packages": []}
    used = {name for entry in pin["build"].values() for kind in ("native", "target") for name in entry[kind]}
    tested = pin["test"]["cp313"]["wheels"]
    assert tested == ["pure_dep-0.5-py3-none-any.whl", "pytest-9.0-py3-none-any.whl", *tested[2:]]
    assert pin["languages"] == ["c"]
    assert set(pin["wheels"]) == used | set(tested)
    for name, wheel in pin["wheels"].items():
        project = canonicalize_name(name.split("-")[0])
        assert wheel["sha256"] == hashlib.sha256(server.files[project][name]).hexdigest()


def test_locking_again_changes_nothing(server: PackageIndex, repository: Path, tmp_path: Path) -> None:
    lock_package(repository, "demo", upstream(server, tmp_path)).write()
    again = lock_package(repository, "demo", upstream(server, tmp_path))
    assert not again.needed
    newer = PKG_INFO.replace("1.0", "1.1")
    server.add_sdist("demo", "1.1", **{"pyproject__toml": PYPROJECT, "PKG-INFO": newer})
    assert lock_package(repository, "demo", upstream(server, tmp_path)).lines() == ["  demo 1.0 -> 1.1"]


def test_the_recipe_may_hold_and_add(server: PackageIndex, repository: Path, tmp_path: Path) -> None:
    server.add_sdist("demo", "1.1", pyproject__toml=PYPROJECT)
    server.add_wheel("extra-tool", "1.0")
    server.add_wheel("extra-tool", "2.0")
    options = {
        "version": "<1.1",
        "pythons": "<3.14",
        "build_requires": ["extra-tool"],
        "constraints": ["extra-tool<2"],
    }
    (repository / "pkgs/demo").mkdir(parents=True)
    (repository / "pkgs/demo/lock.json").write_text(json.dumps(options))
    pin = lock_package(repository, "demo", upstream(server, tmp_path)).new
    assert (pin["version"], list(pin["build"])) == ("1.0", ["cp313"])
    assert "extra_tool-1.0-py3-none-any.whl" in pin["build"]["cp313"]["native"]
    assert pin["build_requires"] == ["cython>=3"]


def test_a_cpython_without_wheels_is_left_out_with_a_note(
    server: PackageIndex, repository: Path, tmp_path: Path
) -> None:
    server.add_wheel("own", "1.0", "cp313-cp313-manylinux_2_17_x86_64")
    pyproject = PYPROJECT.replace("cython>=3", "own")
    server.add_sdist("other", "1.0", pyproject__toml=pyproject)
    (repository / "pkgs/own").mkdir(parents=True)
    (repository / "pkgs/own/pin.json").write_text('{"version": "1.0"}')
    notes: list[str] = []
    pin = lock_package(repository, "other", upstream(server, tmp_path, notes)).new
    assert pin["build"]["cp313"]["packages"] == ["own"]
    assert list(pin["build"]) == ["cp313"]
    assert [note.split(":")[:2] for note in notes] == [["other", " cp314 is left out"]]


def test_an_index_that_is_down_costs_no_cpython(
    server: PackageIndex, repository: Path, tmp_path: Path
) -> None:
    server.broken.add("simple/cython")
    notes: list[str] = []
    with pytest.raises(UnavailableError, match=r"does not answer uv[\s\S]*simple/cython"):
        lock_package(repository, "demo", upstream(server, tmp_path, notes))
    assert notes == []


def test_a_marker_that_compares_nonsense_is_refused(
    server: PackageIndex, repository: Path, tmp_path: Path
) -> None:
    info = PKG_INFO + "Requires-Dist: other; sys_platform ~= 'win32'\n"
    server.add_sdist("demo", "1.0", **{"pyproject__toml": PYPROJECT, "PKG-INFO": info})
    with pytest.raises(FarwheelError, match="does not say what it requires as the standards have it"):
        lock_package(repository, "demo", upstream(server, tmp_path))


@pytest.mark.parametrize(
    ("wanted", "there"), [(">=3.15", ["cp315"]), ("~=3.14", ["cp314", "cp315"]), ("<3.15", ["cp314"])]
)
def test_a_release_candidate_is_taken_for_its_release(
    repository: Path, wanted: str, there: list[str]
) -> None:
    versions = {"cp314": {"version": "3.14.10"}, "cp315": {"version": "3.15.0rc2"}}
    (repository / "nix/cpython/versions.json").write_text(json.dumps(versions))
    assert cpythons(repository, wanted, LockOptions()) == there


def test_requirements_without_a_recipe_are_noted(
    server: PackageIndex, repository: Path, tmp_path: Path
) -> None:
    for python in ("cp313", "cp314"):
        server.add_wheel("impure", "1.0", f"{python}-{python}-manylinux_2_17_x86_64")
    files = {
        "pyproject__toml": PYPROJECT,
        "PKG-INFO": PKG_INFO.replace("pure-dep", "impure").replace("1.0", "1.2"),
    }
    server.add_sdist("demo", "1.2", **files)
    notes: list[str] = []
    pin = lock_package(repository, "demo", upstream(server, tmp_path, notes)).new
    assert pin["run"]["cp313"] == {"wheels": [], "packages": []}
    assert notes == ["demo needs impure (cp313, cp314), for which there is no recipe"]


def test_tests_may_need_the_package_itself(server: PackageIndex, repository: Path, tmp_path: Path) -> None:
    for python in ("cp313", "cp314"):
        server.add_wheel("other", "1.0", f"{python}-{python}-manylinux_2_17_x86_64")
    server.add_sdist("other", "1.0", pyproject__toml=PYPROJECT)
    (repository / "pkgs/other").mkdir(parents=True)
    (repository / "pkgs/other/lock.json").write_text('{"test_requires": ["other"]}')
    notes: list[str] = []
    pin = lock_package(repository, "other", upstream(server, tmp_path, notes)).new
    assert (sorted(pin["test"]), notes) == (["cp313", "cp314"], [])


def test_tests_may_need_a_sibling_of_the_same_version(
    server: PackageIndex, repository: Path, tmp_path: Path
) -> None:
    server.add_sdist("other", "1.0", pyproject__toml=PYPROJECT)
    vectors = [server.add_wheel("vectors", version) for version in ("1.0", "1.1")]
    (repository / "pkgs/other").mkdir(parents=True)
    (repository / "pkgs/other/lock.json").write_text('{"test_requires": ["vectors=={version}"]}')
    pin = lock_package(repository, "other", upstream(server, tmp_path, [])).new
    assert vectors[0] in pin["test"]["cp313"]["wheels"]
    assert vectors[1] not in pin["wheels"]


def test_requirements_that_depend_on_the_machine_are_noted(
    server: PackageIndex, repository: Path, tmp_path: Path
) -> None:
    text = "cython; platform_machine == 'x86_64'"
    server.add_sdist("other", "1.0", pyproject__toml=PYPROJECT.replace("cython>=3", text))
    notes: list[str] = []
    lock_package(repository, "other", upstream(server, tmp_path, notes))
    assert notes == [f'other: "{text}" depends on the machine; it is locked as on x86-64']


def test_what_uv_says_at_length_is_told_when_no_cpython_is_left(
    server: PackageIndex, repository: Path, tmp_path: Path
) -> None:
    server.add_sdist("other", "1.0", pyproject__toml=PYPROJECT.replace("cython>=3", "cython>=99"))
    notes: list[str] = []
    with pytest.raises(FarwheelError, match="none of our CPythons") as caught:
        lock_package(repository, "other", upstream(server, tmp_path, notes))
    assert len(notes) == 2
    assert all("\n" not in note for note in notes)
    assert "No solution found" in caught.value.message


def test_a_package_for_none_of_our_cpythons(server: PackageIndex, repository: Path, tmp_path: Path) -> None:
    files = {
        "pyproject__toml": PYPROJECT,
        "PKG-INFO": PKG_INFO.replace(">=3.10", "<3.9").replace("1.0", "2.0"),
    }
    server.add_sdist("demo", "2.0", **files)
    with pytest.raises(FarwheelError, match=r"demo 2\.0 can be locked for none of our CPythons") as caught:
        lock_package(repository, "demo", upstream(server, tmp_path))
    assert "<3.9" in caught.value.hint


def test_a_caller_may_name_the_version(server: PackageIndex, repository: Path, tmp_path: Path) -> None:
    server.add_sdist("demo", "1.1", pyproject__toml=PYPROJECT)
    server.add_sdist("demo", "1.2", pyproject__toml=PYPROJECT)
    change = lock_package(repository, "demo", upstream(server, tmp_path), "==1.1")
    assert change.new["version"] == "1.1"


@pytest.mark.parametrize("other", [("Name: demo", "Name: other"), ("Version: 1.0", "Version: 1.3")])
def test_a_release_with_metadata_of_another_is_refused(
    server: PackageIndex, repository: Path, tmp_path: Path, other: tuple[str, str]
) -> None:
    files = {"pyproject__toml": PYPROJECT, "PKG-INFO": PKG_INFO.replace(*other)}
    server.add_sdist("demo", "1.0", **files)
    with pytest.raises(FarwheelError, match=r"demo-1.0.tar.gz says inside that it is (other 1.0|demo 1.3)"):
        lock_package(repository, "demo", upstream(server, tmp_path))


def test_a_hostile_release_is_refused(server: PackageIndex, repository: Path, tmp_path: Path) -> None:
    server.add_sdist("demo", "3.0", **{"../../x": "evil"})
    with pytest.raises(FarwheelError, match="leaves the folder"):
        lock_package(repository, "demo", upstream(server, tmp_path))
    assert not (repository / "pkgs").exists()


@pytest.mark.skipif(shutil.which("cargo") is None, reason="only cargo can read a Cargo.toml")
def test_crates_are_locked_beside_a_lock_of_ours(
    server: PackageIndex,
    repository: Path,
    tmp_path: Path,
    serve: Callable[[], Server],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "cargo").mkdir()
    registry = Registry(serve(), tmp_path / "cargo", monkeypatch)
    checksum = registry.publish("leaf", "1.0.0")
    files = {
        "pyproject__toml": PYPROJECT.replace("cython>=3", "setuptools-rust"),
        "PKG-INFO": PKG_INFO.replace("1.0", "2.0"),
        "Cargo__toml": manifest("demo", "1.0.0", '[dependencies]\nleaf = "1"\n'),
        "src/lib__rs": "",
    }
    server.add_wheel("setuptools-rust", "1.13")
    server.add_sdist("demo", "2.0", **files)
    (repository / "nix/pins").mkdir()
    (repository / "nix/pins/rust.json").write_text('{"version": "1.96.0"}')
    lock_package(repository, "demo", upstream(server, tmp_path)).write()
    cargo = json.loads((repository / "pkgs/demo/pin.json").read_text())["cargo"]
    assert (cargo["lock"], cargo["ours"]) == ("Cargo.lock", True)
    assert [(pin["path"], pin["sha256"]) for pin in cargo["crates"]] == [("leaf/leaf-1.0.0.crate", checksum)]
    assert checksum in (repository / "pkgs/demo/Cargo.lock").read_text()
