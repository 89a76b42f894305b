"""`farwheel test`: what is meant for a wheel's tests, and what for the project's own."""

import subprocess
from pathlib import Path

import pytest

from farwheel import nix, suites, targets
from farwheel.cli import main
from farwheel.targets import Target


def test_a_wheel_is_meant_in_any_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[list[Target]] = []

    def run(chosen: list[Target], _: object) -> suites.Suites:
        asked.append(chosen)
        return suites.Suites({})

    known = {"numpy": {"architectures": ["riscv64"], "pythons": ["cp313"]}}
    monkeypatch.setattr(nix, "ensure", lambda: None)
    monkeypatch.setattr(targets, "catalogue", lambda: known)
    monkeypatch.setattr(suites, "run", run)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("that is pytest"))
    (tmp_path / "numpy").mkdir()
    monkeypatch.chdir(tmp_path)
    assert main(["test", "numpy"]) == 0
    assert asked == [[Target("numpy", "riscv64", "cp313")]]
    assert main(["test", ""]) == 2


@pytest.mark.parametrize(
    "words",
    [["--full"], ["--vectors"], ["--json"], ["--python", "cp313"], ["numpy", "--full", "--vectors"],
     ["numpy", "--full", "--select", "x"]],
)  # fmt: skip
def test_no_option_is_passed_over(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nix, "ensure", lambda: None)
    monkeypatch.setattr(suites, "run", lambda *_: suites.Suites({}))
    known = {"numpy": {"architectures": ["riscv64"], "pythons": ["cp313"]}}
    monkeypatch.setattr(targets, "catalogue", lambda: known)

    class Done:
        returncode = 0

    monkeypatch.setattr(subprocess, "run", lambda *_, **__: Done)
    assert main(["test", *words]) == 2
