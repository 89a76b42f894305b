"""What the tests of `audit` share."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from farwheel import cache, nix
from farwheel.cli import main
from farwheel.pins import write_json
from index_repository import LOONG, RISCV, Repository
from package_index import PackageIndex

Capture = pytest.CaptureFixture[str]
X86 = "cp313-cp313-manylinux_2_28_x86_64"
ONE = ("--arch", "riscv64", "--python", "cp313")
BOTH_KINDS = pytest.mark.parametrize("pypi", ["json", "html"], indirect=True)


def demo(root: Path, monkeypatch: pytest.MonkeyPatch, pypi: PackageIndex) -> Repository:
    """demo 1.0 for both architectures, which needs `needed`, which is pinned."""
    found = Repository(root)
    (found.root / "nix/cpython").mkdir(parents=True, exist_ok=True)
    versions = {"cp313": {"version": "3.13.15"}, "cp315": {"version": "3.15.0rc2"}}
    write_json(found.root / "nix/cpython/versions.json", versions)
    monkeypatch.setattr(nix, "REPOSITORY", found.root)
    monkeypatch.chdir(found.root)
    for tag in (RISCV, LOONG):
        found.wheel("demo", "1.0", tag, metadata=b"Requires-Dist: needed>=1\n")
    pypi.add_wheel("demo", "1.0", X86, "needed>=1")
    name = found.pin("needed", "2.0")
    pypi.add("needed", name, found.mirror[name].read_bytes())
    return found


def forget() -> None:
    """As if an hour had passed: pages are read again."""
    shutil.rmtree(cache.folder("upstream"))


def audited(capsys: Capture, *words: str) -> list[dict[str, Any]]:
    """The rows; the exit code tells whether anything is missing."""
    capsys.readouterr()
    code = main(["audit", *words, "--json"])
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    assert code == any(row["missing"] for row in rows)
    return rows


def missing(capsys: Capture, *words: str) -> dict[str, str]:
    """Name -> why, for riscv64 and CPython 3.13."""
    (row,) = audited(capsys, *words, *ONE)
    return {one["name"]: one["why"] for one in row["missing"]}


def failed(capsys: Capture, *words: str) -> str:
    capsys.readouterr()
    code = main(["audit", *words])
    said = capsys.readouterr()
    assert code in ({75} if " does not answer: " in said.err else {1, 2})
    assert said.out == ""
    # A server that runs in this process says what it is asked for.
    assert "\nerror: " in f"\n{said.err}"
    assert "Traceback" not in said.err
    return said.err
