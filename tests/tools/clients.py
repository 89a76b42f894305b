"""Real pip and real uv, with empty caches and no settings, for whom nothing but loopback is reachable."""

import atexit
import ensurepip
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

OURS = {"riscv64": "manylinux_2_31_riscv64", "loongarch64": "manylinux_2_36_loongarch64"}
UV_PLATFORMS = {"riscv64": "riscv64-unknown-linux", "loongarch64": "loongarch64-unknown-linux-gnu"}
UV = str(Path(sys.executable).parent / "uv")


@cache
def pip_command() -> list[str]:
    """This environment's pip, or else the one that every CPython brings along."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    (bundled,) = Path(ensurepip.__file__).parent.glob("_bundled/pip-*.whl")
    # Unpacked, as modules in an archive are compiled at every start.
    folder = tempfile.TemporaryDirectory(prefix="farwheel-pip-")
    atexit.register(folder.cleanup)
    shutil.unpack_archive(bundled, folder.name, "zip")
    return [sys.executable, str(Path(folder.name) / "pip")]


def pip_of_311() -> list[str]:
    """The pip that CPython 3.11 brings along, run by it; [] where there is no CPython 3.11."""
    python = sys.executable if sys.version_info[:2] == (3, 11) else shutil.which("python3.11")
    code = "import ensurepip; print(ensurepip.__file__)"
    done = subprocess.run([python or "false", "-c", code], capture_output=True, text=True, check=False)
    bundled = Path(done.stdout.strip()).parent.glob("_bundled/pip-*.whl")
    return next(([str(python), str(wheel / "pip")] for wheel in bundled), [])


def aimed(name: str, architecture: str, python: str = "3.13") -> list[str]:
    """How pip or uv is told to take what is for a target of ours."""
    option, known = ("--platform", OURS) if name == "pip" else ("--python-platform", UV_PLATFORMS)
    return ["--only-binary", ":all:", option, known[architecture], "--python-version", python]


class Client:
    """pip or uv, with an empty cache and no settings; `target` is where it installs to."""

    def __init__(self, name: str, folder: Path, pip: Sequence[str] = ()) -> None:
        self.name = name
        self.target = folder / "target"
        self._pip = pip or pip_command()

    def install(self, url: str, *words: str) -> "subprocess.CompletedProcess[str]":
        quiet = ("--disable-pip-version-check", "--no-cache-dir")
        command = {
            "pip": [*self._pip, "install", *quiet, "--index-url", url],
            "uv": [UV, "pip", "install", "--no-cache", "--python", sys.executable, "--default-index", url],
        }[self.name]
        return run(*command, "--target", str(self.target), *words)

    @property
    def modules(self) -> dict[str, str]:
        """Module -> version of what was installed."""
        return {path.stem: path.read_text().split("'")[1] for path in self.target.glob("*.py")}


def run(*command: str) -> "subprocess.CompletedProcess[str]":
    """Without a network, whatever a client tries; loopback is none, and needs no second try."""
    nowhere = "http://127.0.0.1:9"
    env = os.environ | {"HTTP_PROXY": nowhere, "HTTPS_PROXY": nowhere, "NO_PROXY": "127.0.0.1"}
    env |= {"UV_HTTP_RETRIES": "0", "PIP_RETRIES": "0"}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)
