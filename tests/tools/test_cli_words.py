"""What the command line says, however it is asked."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

import wheels
from farwheel import cli, nix, targets
from farwheel.errors import FarwheelError

SOURCES = Path(__file__).parents[2] / "tools/src"


def test_what_moves_a_terminal_is_shown_not_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(**_: object) -> None:
        raise FarwheelError("it is called \x1b]0;x\x07\u202e\nindeed: größer", "a\x1b[2J")

    monkeypatch.setattr(cli, "app", fail)
    assert cli.main([]) == 1
    said = capsys.readouterr().err
    assert said == "error: it is called \\x1b]0;x\\x07\\u202e\nindeed: größer\n  a\\x1b[2J\n"


def test_a_ledger_that_holds_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(nix, "REPOSITORY", tmp_path)
    known = {"numpy": {"architectures": ["riscv64"], "pythons": ["cp313"]}}
    monkeypatch.setattr(targets, "catalogue", lambda: known)
    assert cli.main(["ledger", "show", "numpy"]) == 0
    assert capsys.readouterr() == ("", "farwheel: no wheel of these is on record\n")
    assert cli.main(["ledger", "show", "numpy", "--json"]) == 0
    assert capsys.readouterr() == ("{}\n", "")


def test_a_path_that_is_not_utf_8_is_printed_as_it_is(tmp_path: Path) -> None:
    """As a terminal's locale has it, where Python is stricter than without one."""
    env = os.environ | {"PYTHONPATH": str(SOURCES), "PYTHONIOENCODING": "utf-8:strict"}
    folder = os.fsencode(tmp_path) + b"/\xff"
    wheel = wheels.build(tmp_path)
    command = [os.fsencode(word) for word in (sys.executable, "-m", "farwheel", "canonicalise", wheel, "-o")]
    done = subprocess.run([*command, folder], env=env, capture_output=True, check=True)
    assert done.stdout == folder + b"/" + os.fsencode(wheel.name) + b"\n"


def test_what_cannot_be_read_is_not_only_to_be_written_to(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(**_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "a.whl")

    monkeypatch.setattr(cli, "app", fail)
    assert cli.main([]) == 1
    said = capsys.readouterr().err
    assert said.startswith(
        "error: a.whl: Permission denied\n  name another place, or see that this one can be read"
    )


@pytest.mark.parametrize(
    "words",
    [
        ["matrix", "--changed-since", "HEAD", "--run", "first", "--json"],
        ["index", "site", "--deep"],
    ],
)
def test_no_option_is_passed_over(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"error: {words[-1]} ")
