"""Runs of upstream suites of a made-up package, as the tests' derivations run them."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

SUITE = Path(__file__).resolve().parents[2] / "nix/suite"


@dataclass(frozen=True)
class Outcome:
    """What a run left: the receipt is that in $out, `printed` what stdout holds."""

    code: int
    said: str
    printed: dict[str, Any] | None
    receipt: dict[str, Any] | None


def environment(env: Path) -> Path:
    """Pytest and an installed wheel, `thing`, that brings tests of its own; its interpreter."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", env], check=True)
    site = next(env.glob("lib/python*/site-packages"))
    (site / "pytest.pth").write_text(sysconfig.get_path("purelib"))
    files = {
        "thing/__init__.py": "WHEEL = True\n",
        "thing/conftest.py": "def pytest_addoption(parser): parser.addoption('--of-the-package')\n",
        "thing/tests/__init__.py": "",
        "thing/tests/test_inside.py": "from .. import WHEEL\ndef test_inside(): assert WHEEL\n",
        "thing-1.2.dist-info/METADATA": "Metadata-Version: 2.1\nName: thing\nVersion: 1.2\n",
    }
    spec = importlib.util.find_spec("_queue")
    assert spec
    extension = Path(str(spec.origin))
    (site / "thing").mkdir()
    shutil.copy(extension, site / "thing")
    files["thing/_queue.py"] = ""
    recorded = [f"thing/{extension.name}", *files]
    files["thing-1.2.dist-info/RECORD"] = "".join(f"{name},,\n" for name in recorded)
    for name, record in {"tool": "../../../bin/tool,,\n", "empty": "empty/data.txt,,\n"}.items():
        files[f"{name}-1.2.dist-info/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n"
        files[f"{name}-1.2.dist-info/RECORD"] = record
    write(site, files)
    return env / "bin/python"


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(textwrap.dedent(text))


def start(
    python: Path, folder: Path, files: dict[str, str], within: Sequence[str] = (), /, **config: Any
) -> "subprocess.Popen[str]":
    if files:
        write(folder / "source", files)
        config = {"source": str(folder / "source"), **config}
    # Not what this project's own environment brings along: it takes its time.
    config = {"options": ["-p", "no:anyio"], **config}
    config = {"name": "thing", "tests": ["."], "work": str(folder / "work"), **config}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "out").mkdir()
    (folder / "out/receipt.json").write_text("of an earlier run")
    return subprocess.Popen(
        [*within, python, "-I", "-B", SUITE / "run.py", folder / "config.json"],
        env={**os.environ, "out": str(folder / "out"), "PYTEST_ADDOPTS": "--no-such-option"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(python: Path, folder: Path, files: dict[str, str], **config: Any) -> Outcome:
    return outcome(start(python, folder, files, **config), folder)


def outcome(process: "subprocess.Popen[str]", folder: Path) -> Outcome:
    printed, said = process.communicate(timeout=60)
    receipt = folder / "out/receipt.json"
    return Outcome(
        process.returncode,
        said,
        json.loads(printed) if printed else None,
        json.loads(receipt.read_text()) if receipt.exists() else None,
    )


def loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"suite_{name}", SUITE / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
