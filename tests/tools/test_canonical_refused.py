"""Archives that cannot be made canonical: each is refused with a line, and left as it was."""

import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest

from farwheel import canonical
from farwheel.cli import main
from farwheel.errors import FarwheelError
from made_wheel import INFO, NAME, Headers, Member, packed, wheel

REFUSED: dict[str, tuple[list[Member], str]] = {
    "absolute": ([Member("/etc/passwd")], "is not plain"),
    "dot dot": ([Member("a/../../b")], "is not plain"),
    "dot": ([Member("./a")], "is not plain"),
    "two slashes": ([Member("a//b")], "is not plain"),
    "backslash": ([Member("a\\b")], "is not plain"),
    "new line": ([Member("a\nb")], "control character"),
    "symlink": ([Member("a", b"b", 0o120777)], "a link or a device"),
    "fifo": ([Member("a", b"", 0o010644)], "a link or a device"),
    "full folder": ([Member("a/", b"b", 0o040755)], "folder with contents"),
    "file and folder": ([Member("a"), Member("a/b")], "is a file and a folder"),
    "file and empty folder": (
        [Member("a/", attributes=0), Member("a")],
        "comes twice|is a file and a folder",
    ),
    "bzip2": ([Member("a", method=zipfile.ZIP_BZIP2)], "compressed by method 12"),
    "jws": ([Member(f"{INFO}/RECORD.jws")], "is signed"),
    "p7s": ([Member(f"{INFO}/RECORD.p7s")], "is signed"),
    "two": ([Member("other-1.0.dist-info/METADATA")], "demo-1.0.dist-info and other-1.0.dist-info"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_no_installer_should_see_is_refused(case: str, tmp_path: Path) -> None:
    members, reason = REFUSED[case]
    path = wheel(tmp_path, *members)
    before = path.read_bytes()
    with pytest.raises(FarwheelError, match=reason) as caught:
        canonical.canonicalise(path, path)
    assert NAME in caught.value.message
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_duplicates_are_refused(tmp_path: Path) -> None:
    path = wheel(tmp_path, Member("a", b"1"), Member("a", b"2"))
    with pytest.raises(FarwheelError, match="'a' comes twice"):
        canonical.canonicalise(path, path)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"flags": 1}, "is encrypted"),
        ({"crc": 7}, "no whole zip archive: Bad CRC-32"),
        # Shorter than what is there, with the hash of the beginning: zipfile alone does not notice.
        ({"size": 5, "crc": zlib.crc32(b"pass\n")}, "no whole zip archive|another size"),
        ({"size": 5000}, "another size"),
        ({"method": 0}, "no whole zip archive|another size"),
    ],
)
def test_headers_that_lie_are_noticed(values: dict[str, int], reason: str, tmp_path: Path) -> None:
    path = wheel(tmp_path, Member("demo.py", b"pass\n" * 99))
    headers = Headers(bytearray(path.read_bytes()))
    headers.put("demo.py", **values)
    path.write_bytes(headers.data)
    with pytest.raises(FarwheelError, match=reason):
        canonical.canonicalise(path, path)


def test_names_that_are_not_marked_as_utf_8_are_refused(tmp_path: Path) -> None:
    path = wheel(tmp_path, Member("ä.py"))
    headers = Headers(bytearray(path.read_bytes()))
    headers.put("ä.py", flags=0)
    path.write_bytes(headers.data)
    with pytest.raises(FarwheelError, match="neither ASCII nor marked as UTF-8"):
        canonical.canonicalise(path, path)


def test_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = wheel(tmp_path, Member("zeros", bytes(4 << 20)))
    monkeypatch.setattr(canonical.program(), "RATIO_FREE_BYTES", 1 << 20)
    with pytest.raises(FarwheelError, match="a bomb"):
        canonical.canonicalise(path, path)
    monkeypatch.setattr(canonical.program(), "MAX_MEMBERS", 2)
    with pytest.raises(FarwheelError, match="more than 2 members"):
        canonical.canonicalise(path, path)


@pytest.mark.parametrize(
    ("name", "fine"),
    [
        ("demo-1.0-py3-none-any.whl", True),
        ("Demo-1.0-1build-py3-none-any.whl", True),
        ("demo-1.1-py3-none-any.whl", False),
        ("demonstration-1.0-py3-none-any.whl", False),
        ("demo-1.0.whl", False),
        ("demo-1.0-py3-none-any.zip", False),
    ],
)
def test_the_name_must_be_the_wheels_own(name: str, fine: bool, tmp_path: Path) -> None:
    path = wheel(tmp_path, name=name)
    if fine:
        canonical.canonicalise(path, path)
    else:
        with pytest.raises(FarwheelError, match=name):
            canonical.canonicalise(path, path)


def test_a_wheel_without_dist_info_is_refused(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(packed([Member("demo.py")]))
    with pytest.raises(FarwheelError, match="no dist-info folder"):
        canonical.canonicalise(path, path)


def test_the_programs_errors_are_lines_not_tracebacks(tmp_path: Path) -> None:
    path = wheel(tmp_path, Member("/a"))
    command = [sys.executable, str(canonical.PROGRAM), "0", str(tmp_path), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"error: {NAME}: the member '/a'")


@pytest.mark.parametrize("content", [None, b"", b"<html>", b"PK\x05\x06" + bytes(18)])
def test_no_wheel_at_all(content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / NAME
    if content is not None:
        path.write_bytes(content)
    assert main(["canonicalise", str(path)]) == (2 if content is None else 1)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: ")
    assert NAME in captured.err


def test_a_rewriting_that_loses_something_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = wheel(tmp_path, Member("a", b"lost"))
    before = path.read_bytes()
    write = vars(canonical.program())["_write"]

    def forgetful(*words: Any) -> None:
        source, target, order, *rest = words
        write(source, target, order[1:], *rest)

    monkeypatch.setattr(canonical.program(), "_write", forgetful)
    with pytest.raises(FarwheelError, match="was not rewritten faithfully"):
        canonical.canonicalise(path, path)
    assert path.read_bytes() == before
