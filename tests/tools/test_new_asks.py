from pathlib import Path

import pytest

from farwheel.new import asks

SETUP = """
import os, subprocess, sys
from setuptools import Extension, setup
libraries = ["yaml"] + (["m"] if os.name != "nt" else ["ws2_32"])
if sys.platform == "win32":
    libraries += ["advapi32"]
elif sys.platform.startswith("linux"):
    libraries.append("ssl")
else:
    libraries.extend(["kvm"] if sys.platform == "freebsd" else ["devstat"])
libraries.append("kvm" if BSD else "z")
if sys.platform == "darwin":
    extra = dict(libraries=["iconv"])
subprocess.run(["pkg-config", "--libs", "libffi"])
settings = {"libraries": ["hdf5"], "define_macros": ["odd"]}
settings["libraries"].append("odbc")
def finalize_win32(self):
    self.libraries.append("user32")
found = pkgconfig_installed("liblz4", ">= 1.7")
setup(ext_modules=[Extension("a", ["a.c"], libraries=["bz2", "pthread"])])
"""


def names(folder: Path, **files: str) -> list[str]:
    for name, text in files.items():
        path = folder / name.replace("__", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return [ask.name for ask in asks.read(folder)]


def test_setup_py_without_what_is_for_other_systems(tmp_path: Path) -> None:
    assert names(tmp_path, setup__py=SETUP) == ["bz2", "hdf5", "libffi", "liblz4", "odbc", "ssl", "yaml", "z"]
    [ask] = [ask for ask in asks.read(tmp_path) if ask.name == "liblz4"]
    assert (ask.how, ask.where) == ("pkg-config", "setup.py:19")


def test_a_helper_of_setup_py_counts_and_a_broken_one_does_not(tmp_path: Path) -> None:
    # pytest makes errors of warnings.
    assert names(tmp_path, odd__py='x.libraries = ["xml2"]\ny = "\\d"') == ["xml2"]
    assert names(tmp_path, helper__py='x.libraries = ("xml2",)', broken__py="libraries = [") == ["xml2"]


def test_cmake(tmp_path: Path) -> None:
    text = """
find_package(Python COMPONENTS Interpreter)
FIND_PACKAGE( ZLIB REQUIRED)
# find_package(Commented)
find_library(ZMQ_LIBRARY NAMES zmq)
pkg_check_modules(
  libyaml REQUIRED IMPORTED_TARGET
  yaml-0.1)
"""
    found = names(tmp_path, CMakeLists__txt=text, **{"vendored/CMakeLists__txt": "find_package(Curl)"})
    assert found == ["ZLIB", "yaml-0.1", "zmq"]
    assert [ask.where for ask in asks.read(tmp_path)] == [f"CMakeLists.txt:{line}" for line in (3, 6, 5)]


def test_meson(tmp_path: Path) -> None:
    files = {
        "meson__build": "dependency('openblas', required: false)\ncc.find_library('m')\n",
        "core/meson__build": "yaml = dependency( 'yaml-0.1')",
        "subprojects/other/meson__build": "dependency('curl')",
    }
    assert names(tmp_path, **files) == ["openblas", "yaml-0.1"]


@pytest.mark.parametrize(
    ("asked", "ours"),
    [
        *(
            ("z", "zlib"),
            ("ZLIB", "zlib"),
            ("yaml-0.1", "libyaml"),
            ("yaml", "libyaml"),
            ("libffi", "libffi"),
        ),
        *(("crypto", "openssl"), ("OpenSSL", "openssl"), ("lzma", "xz"), ("xml2", ""), ("lib", "")),
    ],
)
def test_what_we_call_it(asked: str, ours: str) -> None:
    assert asks.ours(asked, ["libffi", "libyaml", "openssl", "xz", "zlib"]) == ours


def test_what_the_release_carries(tmp_path: Path) -> None:
    names(tmp_path, **{"deps/lz4/lz4__h": "", "deps/bzlib__h": ""})
    assert asks.is_carried("liblz4", tmp_path)
    assert asks.is_carried("bz2", tmp_path)
    assert not asks.is_carried("lzma", tmp_path)


@pytest.mark.parametrize(
    "text", [f"x = {'-' * 20_000}1", f"x = {' + '.join(['y'] * 3000)}", f"{'x().' * 900}y()"]
)
def test_what_is_too_deep_asks_for_nothing(tmp_path: Path, text: str) -> None:
    assert names(tmp_path, **{"deep.py": text, "setup.py": 'libraries = ["z"]\n'}) == ["z"]


def test_only_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "broken.py").symlink_to("nowhere.py")
    assert names(tmp_path, **{"setup.py": 'libraries = ["z"]\n'}) == ["z"]
