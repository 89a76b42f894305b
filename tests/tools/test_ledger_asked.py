"""What the verbs of the ledger tell, without building anything."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from farwheel import ledger, nix, records, targets
from farwheel.cli import main
from index_repository import LOONG, RISCV, Repository, file_name, with_demo

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Two packages, each with a wheel for both architectures."""
    found = with_demo(tmp_path / "repository", monkeypatch)
    for name in ("demo", "other"):
        for tag in (RISCV, LOONG):
            change(found, found.wheel(name, tag=tag), architecture=tag.rpartition("_")[2])
    known = {name: known_as() for name in ("demo", "other")}
    for module in (targets, records):
        monkeypatch.setattr(module, "catalogue", lambda: known)
    monkeypatch.setattr(nix, "ensure", lambda: None)
    return found


def known_as(**more: Any) -> dict[str, Any]:
    pythons, architectures = ["cp313", "cp314"], ["loongarch64", "riscv64"]
    return {"version": "1.0", "architectures": architectures, "pythons": pythons, "build": 0} | more


def change(repository: Repository, name: str, **fields: Any) -> None:
    file = repository.packages / name.partition("-")[0] / "wheels.json"
    book = ledger.load(file)
    ledger.save(file, book | {name: replace(book[name], **fields)})


@pytest.mark.usefixtures("repository")
def test_of_each_package_what_is_asked_of_it_is_shown(capsys: Capture) -> None:
    assert main(["ledger", "show", "demo-riscv64", "other-loongarch64"]) == 0
    shown = [line.split()[1] for line in capsys.readouterr().out.splitlines()]
    assert shown == [file_name("demo", "1.0", RISCV), file_name("other", "1.0", LOONG)]


def test_what_cannot_be_built_any_more_is_not_missing(
    repository: Repository, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # `build` refuses what there is none of, and with it all else that is named.
    known = {"demo": known_as(pythons=["cp314"])}
    monkeypatch.setattr(records, "catalogue", lambda: known)
    change(repository, file_name("demo", "1.0", RISCV), pythons=("cp313", "cp314"))
    assert main(["ledger", "missing", "--wheels", "nowhere"]) == 0
    assert capsys.readouterr().out == "demo-riscv64.cp314\n"
    known["demo"]["build"] = 1
    assert main(["ledger", "missing", "--wheels", "nowhere"]) == 0
    assert capsys.readouterr().out == ""
