"""What a verb could not put anywhere it says before it begins."""

import os
from pathlib import Path

import pytest

from farwheel import nix
from farwheel.cli import main

Capture = pytest.CaptureFixture[str]
WORDS = (
    ["build", "numpy", "--output"],
    ["enter", "numpy-riscv64", "--workdir"],
    ["matrix", "--changed-since", "HEAD", "--run", "first", "--output"],
    ["fetch", "numpy", "--bundle"],
    ["publish", "--to"],
    ["index"],
)


@pytest.fixture(autouse=True)
def _nothing_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nix, "ensure", lambda: pytest.fail("it has begun"))


def _name(words: list[str]) -> str:
    return words[-1] if words[-1].startswith("--") else "OUT"


@pytest.mark.parametrize("words", WORDS)
def test_below_a_file_there_is_no_place(words: list[str], tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "file").touch()
    assert main([*words, str(tmp_path / "file/more")]) == 1
    assert f"{_name(words)} {tmp_path}/file/more: " in capsys.readouterr().err


@pytest.mark.parametrize("words", WORDS)
def test_a_circle_of_links_is_no_place(words: list[str], tmp_path: Path, capsys: Capture) -> None:
    circle = tmp_path / "circle"
    circle.symlink_to(circle)
    assert main([*words, str(circle / "more")]) == 1
    assert f"{_name(words)} {circle}/more: {circle} is no folder\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["index", "out", "--upstream", "circle"], ["publish", "circle", "--to", "out"]]
)
def test_nothing_is_read_from_a_circle_of_links(
    words: list[str], tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("circle").symlink_to("circle")
    assert main(words) == 1
    assert "circle" in capsys.readouterr().err


@pytest.mark.parametrize("words", WORDS)
def test_a_place_that_cannot_be_written_to(
    words: list[str], tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only that: the command line asks whether ./wheelhouse, where there is one, can be read.
    monkeypatch.setattr(os, "access", lambda _, mode: not mode & os.W_OK)
    assert main([*words, str(tmp_path / "new")]) == 1
    assert f"{_name(words)} {tmp_path}/new: {tmp_path} cannot be written to\n" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "said"), [("", " is a folder\n"), ("none/x", "/none is no folder\n")])
def test_a_bundle_is_a_file(name: str, said: str, tmp_path: Path, capsys: Capture) -> None:
    assert main(["fetch", "numpy", "--bundle", str(tmp_path / name)]) == 1
    assert said in capsys.readouterr().err
