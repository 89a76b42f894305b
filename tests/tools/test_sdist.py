import gzip
import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from farwheel import sdist
from farwheel.errors import FarwheelError
from package_index import sdist as packed

Entry = tuple[str, bytes, dict[str, object]]


def entry(name: str, content: bytes = b"", **fields: object) -> Entry:
    return name, content, fields


def symlink(name: str, target: str) -> Entry:
    return entry(name, type=tarfile.SYMTYPE, linkname=target)


def hardlink(name: str, target: str) -> Entry:
    return entry(name, type=tarfile.LNKTYPE, linkname=target)


@pytest.fixture
def archive(tmp_path: Path) -> Callable[..., Path]:
    def make(*entries: Entry) -> Path:
        path = tmp_path / "demo-1.0.tar.gz"
        with tarfile.open(path, "w:gz") as out:
            for name, content, fields in entries:
                member = tarfile.TarInfo(name)
                member.size = len(content)
                for field, value in fields.items():
                    setattr(member, field, value)
                out.addfile(member, io.BytesIO(content))
        return path

    return make


HONEST = [
    entry("demo-1.0", type=tarfile.DIRTYPE, mode=0o777),
    entry("demo-1.0/setup.py", b"pass", mode=0o4775),
    entry("demo-1.0/a/b/data", b"\0" * 9000, mode=0o600),
    symlink("demo-1.0/a/link", "../setup.py"),
    symlink("demo-1.0/a/folder", "b"),
    hardlink("demo-1.0/a/hard", "demo-1.0/setup.py"),
]


def test_an_honest_archive_is_unpacked_with_plain_modes(archive: Callable[..., Path], tmp_path: Path) -> None:
    top = sdist.extract(archive(*HONEST), tmp_path / "out")
    assert top == tmp_path / "out/demo-1.0"
    assert (top / "a/link").read_bytes() == (top / "a/hard").read_bytes() == b"pass"
    assert (top / "a/folder/data").stat().st_size == 9000
    assert [(top / name).stat().st_mode & 0o7777 for name in ("setup.py", "a/b/data")] == [0o755, 0o644]


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ([entry("/etc/passwd", b"x")], "leaves the folder"),
        ([entry("demo-1.0/../../x", b"x")], "leaves the folder"),
        ([entry("..", type=tarfile.DIRTYPE)], "leaves the folder"),
        ([entry("x", b"x", pax_headers={"path": "demo-1.0/x\0y"})], "leaves the folder"),
        ([entry("demo-1.0/x"), entry("other/x")], "outside of the top folder 'demo-1.0'"),
        ([symlink("demo-1.0/x", "/etc/passwd")], "link that leaves"),
        ([symlink("demo-1.0/x", "../x")], "link that leaves"),
        ([symlink("demo-1.0/x", "")], "link to nothing"),
        ([symlink("demo-1.0", "elsewhere")], "link that leaves|passes through"),
        ([symlink("demo-1.0/a/x", "../../x")], "link that leaves"),
        ([symlink("demo-1.0/a/x", "b/../../../x")], "link that leaves"),
        ([symlink("demo-1.0/a", "b"), entry("demo-1.0/a/x", b"x")], "passes through"),
        ([entry("demo-1.0/a/x", b"x"), symlink("demo-1.0/a", "b")], "passes through"),
        ([entry("demo-1.0/a", b"x"), entry("demo-1.0/a/x", b"x")], "passes through"),
        ([hardlink("demo-1.0/x", "/etc/shadow")], "hard link to no earlier file"),
        ([hardlink("demo-1.0/x", "demo-1.0/../../y")], "hard link to no earlier file"),
        (
            [symlink("demo-1.0/a/b/c", "../../y"), hardlink("demo-1.0/x", "demo-1.0/a/b/c")],
            "hard link to no earlier file",
        ),
        ([entry("demo-1.0/" + "x" * 256, b"x")], "too long"),
        ([entry("demo-1.0/" + "x/" * 2048, b"x")], "too long"),
        ([symlink("demo-1.0/x", "y" * 4096)], "too long"),
        ([entry("demo-1.0/x", type=tarfile.CHRTYPE, devmajor=1)], "neither a file"),
        ([entry("demo-1.0/x", type=tarfile.BLKTYPE)], "neither a file"),
        ([entry("demo-1.0/x", type=tarfile.FIFOTYPE)], "neither a file"),
        ([entry("demo-1.0/x", b"1"), entry("demo-1.0/x", b"2")], "comes twice"),
        ([entry("demo-1.0/x", b"1"), symlink("demo-1.0/x", "y")], "comes twice"),
        ([], "is empty"),
    ],
)
def test_a_hostile_archive_is_refused_and_nothing_written(
    archive: Callable[..., Path], tmp_path: Path, entries: list[Entry], reason: str
) -> None:
    path = archive(*entries)
    with pytest.raises(FarwheelError, match=reason) as caught:
        sdist.extract(path, tmp_path / "out")
    assert "demo-1.0.tar.gz" in caught.value.message
    assert not (tmp_path / "out").exists()
    with pytest.raises(FarwheelError, match=reason):
        sdist.read(path)


@pytest.mark.parametrize("name", ["gone", "loop", "a\0b", "x" * 5000, "..", "/etc/passwd", "out"])
def test_what_a_release_names_and_has_not(tmp_path: Path, name: str) -> None:
    top = tmp_path / "demo-1.0"
    top.mkdir()
    (top / "loop").symlink_to("loop")
    (top / "out").symlink_to("..")
    assert sdist.within(top, top / name) is None


def test_a_sparse_file_is_refused(tmp_path: Path) -> None:
    member = tarfile.TarInfo("demo-1.0/x")
    member.pax_headers = {"GNU.sparse.major": "0", "GNU.sparse.map": "0,1", "GNU.sparse.size": "99999999999"}
    path = tmp_path / "demo-1.0.tar.gz"
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as out:
        out.addfile(member)
    with pytest.raises(FarwheelError, match="neither a file"):
        sdist.members(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdist, "RATIO_FREE_BYTES", 1 << 20)
    path = tmp_path / "demo-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as out:
        member = tarfile.TarInfo("demo-1.0/zeros")
        member.size = 16 << 20
        out.addfile(member, io.BytesIO(bytes(member.size)))
    with pytest.raises(FarwheelError, match="archive bomb"):
        sdist.extract(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_no_archive_holds_more_than_a_real_one(
    archive: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sdist, "MAX_BYTES", 1 << 20)
    with pytest.raises(FarwheelError, match="archive bomb"):
        sdist.members(archive(entry("demo-1.0/x", os.urandom(2 << 20))))


def test_a_bomb_in_a_header_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdist, "RATIO_FREE_BYTES", 1 << 20)
    header = tarfile.TarInfo("demo-1.0/x")
    header.type, header.size = tarfile.XHDTYPE, 16 << 20
    path = tmp_path / "demo-1.0.tar.gz"
    path.write_bytes(gzip.compress(header.tobuf() + bytes(header.size)))
    with pytest.raises(FarwheelError, match="archive bomb"):
        sdist.members(path)


def test_too_many_members_are_refused(archive: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdist, "MAX_MEMBERS", 3)
    with pytest.raises(FarwheelError, match="more than 3 members"):
        sdist.members(archive(*(entry(f"demo-1.0/{number}") for number in range(4))))


@pytest.mark.parametrize("size", [0, 10, 60])
def test_a_truncated_archive_is_refused(archive: Callable[..., Path], size: int) -> None:
    path = archive(entry("demo-1.0/x", os.urandom(5000)))
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(FarwheelError, match=r"not a whole .tar.gz archive|is empty"):
        sdist.members(path)


def test_a_page_instead_of_an_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "demo-1.0.tar.gz"
    path.write_text("<html>please log in</html>")
    with pytest.raises(FarwheelError, match=r"not a whole .tar.gz archive"):
        sdist.members(path)


def test_read_tells_build_system_and_metadata(tmp_path: Path) -> None:
    path = tmp_path / "demo-1.0.tar.gz"
    path.write_bytes(
        packed(
            "demo-1.0",
            **{
                "pyproject__toml": '[build-system]\nrequires = ["Cython>=3"]\nbuild-backend = "own"\n'
                'backend-path = ["."]\n',
                "PKG-INFO": "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\nRequires-Python: >=3.9\n"
                "Requires-Dist: cffi\nRequires-Dist: pytest; extra == 'test'\n"
                "Project-URL: Changes, https://demo.example/changes\n",
                "tests/pyproject__toml": '[build-system]\nrequires = ["wrong"]\n',
            },
        )
    )
    facts = sdist.read(path)
    assert facts.build_system == sdist.BuildSystem(["Cython>=3"], "own", ["."])
    assert facts.requires_python == ">=3.9"
    assert facts.requires_dist == ["cffi", "pytest; extra == 'test'"]
    assert (facts.name, facts.version) == ("demo", "1.0")
    assert facts.urls == {"Changes": "https://demo.example/changes"}


@pytest.mark.parametrize(
    ("name", "text", "languages"),
    [
        ("src/demo.c", "", ["c"]),
        ("src/demo.CPP", "", ["c", "c++"]),
        ("src/dgemm.f90", "", ["c", "fortran"]),
        ("demo.pyx", "# distutils: language = c++", ["c", "c++"]),
        ("demo.pyx", "from libcpp.vector cimport vector", ["c", "c++"]),
        ("setup.py", "Extension('demo', ['demo.pyx'], language=\"c++\")", ["c", "c++"]),
        ("meson.build", "override_options : ['cython_language=cpp']", ["c", "c++"]),
        ("demo.pyx", "# not c++", ["c"]),
        (
            "CMakeLists.txt",
            "cmake_minimum_required(VERSION 3.15)\nproject(\n  demo\n  VERSION 1)",
            ["c", "c++"],
        ),
        ("CMakeLists.txt", "project(demo LANGUAGES C CXX)", ["c", "c++"]),
        ("CMakeLists.txt", "PROJECT(demo VERSION 1 LANGUAGES C)", ["c"]),
        ("CMakeLists.txt", "project(demo NONE)\n  enable_language(CXX)", ["c", "c++"]),
        ("CMakeLists.txt", "project(demo NONE)\nenable_language(C)", ["c"]),
        ("CMakeLists.txt", "project(demo C)\n# as a project() may say", ["c"]),
        ("CMakeLists.txt", "add_library(demo demo.c)", ["c"]),
    ],
)
def test_read_tells_the_languages(
    archive: Callable[..., Path], name: str, text: str, languages: list[str]
) -> None:
    path = archive(entry("demo-1.0/PKG-INFO"), entry(f"demo-1.0/{name}", text.encode()))
    assert sdist.read(path).languages == languages


@pytest.mark.parametrize("text", ["", "[tool.black]\n"])
def test_without_a_build_system_the_standards_defaults_hold(text: str) -> None:
    system = sdist.parse_build_system(text.encode(), "here")
    assert system.requires == ["setuptools>=40.8.0"]
    assert system.backend == "setuptools.build_meta:__legacy__"


RUST = '[build-system]\nrequires = ["maturin>=1"]\nbuild-backend = "maturin"\n'


@pytest.mark.parametrize(
    ("pyproject", "manifests", "expected"),
    [
        (RUST, ["Cargo.toml", "crates/x/Cargo.toml"], "Cargo.toml"),
        (RUST, ["b/Cargo.toml", "a/Cargo.toml", "a/b/Cargo.toml"], "a/Cargo.toml"),
        (
            f'{RUST}[tool.maturin]\nmanifest-path = "py/Cargo.toml"\n',
            ["Cargo.toml", "py/Cargo.toml"],
            "py/Cargo.toml",
        ),
        (RUST.replace("maturin", "Setuptools_Rust"), ["Cargo.toml"], "Cargo.toml"),
        (RUST.replace("maturin", "setuptools"), ["Cargo.toml"], ""),
        (RUST, [], ""),
    ],
)
def test_read_tells_what_cargo_builds(
    archive: Callable[..., Path], pyproject: str, manifests: list[str], expected: str
) -> None:
    entries = [entry("demo-1.0/pyproject.toml", pyproject.encode())]
    entries += [entry(f"demo-1.0/{name}") for name in manifests]
    assert sdist.read(archive(*entries)).cargo == expected


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('[tool.maturin]\nmanifest-path = "../Cargo.toml"\n', "manifest-path"),
        ("[tool.maturin]\nmanifest-path = 1\n", "malformed"),
        ('[tool]\nmaturin = "1"\n', "malformed"),
    ],
)
def test_a_manifest_that_is_not_there_is_refused(
    archive: Callable[..., Path], settings: str, said: str
) -> None:
    text = f"{RUST}{settings}"
    path = archive(entry("demo-1.0/pyproject.toml", text.encode()), entry("demo-1.0/Cargo.toml"))
    with pytest.raises(FarwheelError, match=said):
        sdist.read(path)


def test_without_a_backend_the_requirements_hold() -> None:
    system = sdist.parse_build_system(b'[build-system]\nrequires = ["wheel"]\n', "here")
    assert system == sdist.BuildSystem(["wheel"], "setuptools.build_meta:__legacy__", [])


@pytest.mark.parametrize(
    "text",
    [
        "[",
        'build-system = "x"',
        "[build-system]",
        '[build-system]\nrequires = "x"',
        "[build-system]\nrequires = [1]",
        f"x = {'[' * 5000}{']' * 5000}",
    ],
)
def test_a_malformed_pyproject_is_refused(text: str) -> None:
    with pytest.raises(FarwheelError, match=r"^demo: pyproject.toml"):
        sdist.parse_build_system(text.encode(), "demo: pyproject.toml")


@pytest.mark.parametrize("text", ["\n" * (4 << 20), "project(\n" * (400 << 10)], ids=["lines", "projects"])
def test_a_build_file_is_read_in_no_time(archive: Callable[..., Path], text: str) -> None:
    path = archive(entry("demo-1.0/PKG-INFO"), entry("demo-1.0/CMakeLists.txt", text.encode()))
    # What takes its length squared does not end: a subprocess, as a regular expression hears no signal.
    program = "import pathlib, sys; from farwheel import sdist; sdist.read(pathlib.Path(sys.argv[1]))"
    env = {**os.environ, "PYTHONPATH": str(Path(sdist.__file__).parents[1])}
    subprocess.run([sys.executable, "-c", program, path], env=env, check=True, timeout=20)
