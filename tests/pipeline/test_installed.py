"""Real pip and uv in a fresh root of each architecture, from our index on loopback to a program that runs.

Of wheels that test_checks.py builds anyway; FARWHEEL_TEST=all adds numpy for loongarch64, and Rust.
"""

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from boards import on_board, published
from clients import UV, UV_PLATFORMS
from farwheel import nix
from farwheel.targets import Target

pytestmark = pytest.mark.nix

ALL = os.environ.get("FARWHEEL_TEST") == "all"
NUMPY = ["riscv64", *(["loongarch64"] if ALL else [])]
RUST = ("pydantic-core", "cryptography", "tokenizers", "pyyaml") if ALL else ()
WHEELS = [
    *(Target(name, arch, "cp313") for name in ("cffi", "markupsafe") for arch in UV_PLATFORMS),
    *(Target("numpy", arch, "cp313") for arch in NUMPY),
    *(Target(name, arch, "cp313") for name in RUST for arch in UV_PLATFORMS),
]
MARKUPSAFE = "import markupsafe, markupsafe._speedups; print(markupsafe.escape('<&'))"
# The compiler of its C declarations, pycparser, is a pure wheel that the index carries along.
PYDANTIC = """
from pydantic import BaseModel, ValidationError
class Board(BaseModel):
    cores: int
assert Board.model_validate_json('{"cores": "4"}').cores == 4
try:
    Board(cores="many")
except ValidationError as error:
    print(error.error_count())
"""
CFFI = "import cffi; f = cffi.FFI(); f.cdef('int abs(int);'); print(f.dlopen(None).abs(-7))"
SECONDS = 60


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an index of those wheels."""
    with published(WHEELS, tmp_path_factory.mktemp("published")) as url:
        yield url


@pytest.mark.parametrize("arch", UV_PLATFORMS)
def test_pip_installs_and_the_programs_run(arch: str, index: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(f"{MARKUPSAFE}\n{CFFI}\nimport os; print(os.uname().machine)\n")
    done = on_board(arch, "pip install -q markupsafe cffi && pip check && python program.py", tmp_path, index)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["No broken requirements found.", "&lt;&amp;", "7", arch]


@pytest.mark.parametrize("arch", NUMPY)
def test_pip_installs_numpy_within_a_minute(arch: str, index: str, tmp_path: Path) -> None:
    """Of processor time, all of it on one core: what a machine takes that does nothing else."""
    shutil.copy(nix.REPOSITORY / "pkgs/numpy/smoke.py", tmp_path)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = on_board(arch, "pip install -q numpy && python smoke.py", tmp_path, index)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < SECONDS


@pytest.mark.skipif(not ALL, reason="their wheels take many minutes: FARWHEEL_TEST=all")
@pytest.mark.parametrize("arch", UV_PLATFORMS)
def test_pip_installs_what_is_written_in_rust(arch: str, index: str, tmp_path: Path) -> None:
    """A model is validated, a certificate made and checked, a sentence encoded by a new tokenizer."""
    (tmp_path / "pydantic_model.py").write_text(PYDANTIC)
    for name in ("cryptography", "tokenizers"):
        shutil.copy(nix.REPOSITORY / f"pkgs/{name}/smoke.py", tmp_path / f"{name}_smoke.py")
    programs = " && ".join(f"python {file.name}" for file in sorted(tmp_path.glob("*.py")))
    done = on_board(arch, f"pip install -q pydantic cryptography tokenizers && {programs}", tmp_path, index)
    # Training a tokenizer prints empty lines.
    assert (done.returncode, done.stdout.split()) == (0, ["1"]), done.stderr


@pytest.mark.parametrize(
    ("arch", "uv_itself"),
    [("riscv64", "riscv64-unknown-linux"), ("loongarch64", "x86_64-unknown-linux-musl")],
)
def test_uv_installs_and_the_program_runs(arch: str, uv_itself: str, index: str, tmp_path: Path) -> None:
    """Its own wheel for riscv64; for loongarch64, which has none, this machine's static one, in there.

    Either asks the target's interpreter what it can use. They come from where the user's packages come from.
    """
    version = subprocess.run([UV, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    uv = (UV, "pip", "install", "-q", "--target", str(tmp_path), "--python-platform", uv_itself)
    subprocess.run([*uv, f"uv=={version}"], check=True)
    done = on_board(arch, f'bin/uv pip install markupsafe && python -c "{MARKUPSAFE}"', tmp_path, index)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "&lt;&amp;\n"
    assert "warning" not in done.stderr


@pytest.mark.parametrize("arch", UV_PLATFORMS)
def test_uv_of_the_host_installs_for_a_board(arch: str, index: str, tmp_path: Path) -> None:
    """With nothing but uv's own knowledge of the architecture."""
    uv = (UV, "pip", "install", "-q", "--no-cache", "--default-index", index, "--target", str(tmp_path))
    platform = ("--python-platform", UV_PLATFORMS[arch], "--python-version", "3.13")
    subprocess.run([*uv, *platform, "cffi"], check=True)
    done = on_board(arch, f'python -c "{CFFI}"', tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "7\n"
