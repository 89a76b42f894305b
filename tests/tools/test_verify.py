import json
import os
from pathlib import Path

import pytest

import wheels
from elves import RV64GC, Elf
from farwheel.cli import main
from farwheel.verify import verify
from farwheel.verify.rules import RULES

VECTOR = Elf(arch=f"{RV64GC}_v1p0")


def vector(folder: Path) -> Path:
    return wheels.build(folder, {wheels.EXTENSION: VECTOR})


def test_the_table_and_exit_code_of_a_good_wheel(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = wheels.build(tmp_path)
    assert main(["verify", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [path.name, *(f"  ok    {rule}" for rule in RULES)]


def test_a_bad_one_beside_a_good_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad").mkdir()
    files = [str(wheels.build(tmp_path)), str(vector(tmp_path / "bad"))]
    assert main(["verify", *files]) == 1
    out = capsys.readouterr().out
    assert "  FAIL  isa\n" in out
    assert f"  FAIL  isa: {wheels.EXTENSION}: may use v beyond rv64gc\n" in out
    assert main(["verify", "--json", *files]) == 1
    good, bad = json.loads(capsys.readouterr().out)
    assert (good["ok"], good["refused"], set(good["rules"].values())) == (True, None, {"ok"})
    assert bad["findings"] == [
        {"rule": "isa", "where": wheels.EXTENSION, "message": "may use v beyond rv64gc", "severity": "error"}
    ]


@pytest.mark.parametrize("content", [None, b"", b"<html>please log in</html>"])
def test_what_is_no_wheel_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    path = tmp_path / wheels.NAME
    if content is not None:
        path.write_bytes(content)
    assert main(["verify", str(path)]) == 1
    assert capsys.readouterr().out.startswith(f"{path.name}\n  refused: it ")
    assert main(["verify", "--json", str(path)]) == 1
    (report,) = json.loads(capsys.readouterr().out)
    assert report["ok"] is False
    assert report["refused"]


def test_a_name_is_judged_of_a_file_that_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "nothing.whl"
    assert main(["verify", str(path)]) == 1
    assert "refused: it cannot be read: No such file or directory\n" in capsys.readouterr().out
    path.write_bytes(b"")
    assert main(["verify", str(path)]) == 1
    assert "refused: its name is not that of a wheel: " in capsys.readouterr().out


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert verify(tmp_path / "pipe").refused == "it is a pipe or a device"
    assert "a pipe or a device" in verify(Path(os.devnull)).refused


def test_allowed_members_are_notes_with_their_reason(tmp_path: Path) -> None:
    report = verify(vector(tmp_path), {"isa": {"demo/fast.*": "dispatched at run time"}})
    (finding,) = report.findings["isa"]
    assert finding.severity == "note"
    assert finding.message.endswith("(allowed: dispatched at run time)")
    assert report.ok


def test_an_allowance_covers_no_more_than_it_says(tmp_path: Path) -> None:
    report = verify(vector(tmp_path), {"isa": {"demo/slow.*": "dispatched"}})
    assert [(one.severity, one.where) for one in report.findings["isa"]] == [
        ("error", wheels.EXTENSION),
        ("note", "demo/slow.*"),
    ]
    assert not verify(vector(tmp_path), {"leaks": {"*": "why not"}}).ok
    assert verify(vector(tmp_path), {"isa": {"*": "for one board"}}).ok


def test_an_allowance_that_is_not_needed_is_noted(tmp_path: Path) -> None:
    report = verify(wheels.build(tmp_path), {"leaks": {"*": "old"}})
    assert [(one.severity, one.message) for one in report.findings["leaks"]] == [
        ("note", "is allowed (old) and need not be")
    ]


def test_allowances_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    allow = tmp_path / "allow.json"
    allow.write_text(json.dumps({"isa": {wheels.EXTENSION: "dispatched"}}))
    assert main(["verify", str(vector(tmp_path)), "--allow", str(allow)]) == 0
    assert "(allowed: dispatched)" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"isa": []}',
        '{"isa": {"x": ""}}',
        '{"isa": {"x": 1}}',
        '{"x": {}}',
    ],
)
def test_allowances_that_are_none(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    allow = tmp_path / "allow.json"
    allow.write_text(text)
    assert main(["verify", str(wheels.build(tmp_path)), "--allow", str(allow)]) == 1
    assert "allow.json" in capsys.readouterr().err


def test_explain(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--explain", "stable-abi"]) == 0
    assert "PEP 384" in capsys.readouterr().out
    assert main(["verify", "--explain", "stable-abi", "--json"]) == 0
    assert json.loads(capsys.readouterr().out).keys() == {"rule", "why"}
    assert main(["verify", "--explain", "nope"]) == 2
    assert main(["verify"]) == 2


def test_names_cannot_write_to_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    elf = Elf(runpath="/\x1b[2J\u2028", needed=["\x07"])
    assert main(["verify", str(wheels.build(tmp_path, {wheels.EXTENSION: elf}))]) == 1
    assert main(["verify", str(tmp_path / "\x1b[2J.whl")]) == 1
    out = capsys.readouterr().out
    assert (out.count("\\x1b"), out.count("\\u2028")) == (2, 1)
    assert out.replace("\n", "").isprintable()
