import json
import shutil
import struct
import zlib
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from farwheel import compare as comparing
from farwheel.cli import main
from farwheel.compare import Difference, compare, report
from farwheel.errors import FarwheelError
from made_wheel import NAME, Headers, Member, packed, wheel

TRUE = Path(shutil.which("true") or "/bin/true").resolve()


@pytest.fixture(autouse=True)
def _no_diffoscope(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "programs").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))


def found(folder: Path, left: list[Member], right: list[Member]) -> list[Difference]:
    return compare(wheel(folder / "left", *left), wheel(folder / "right", *right))


def test_equal_wheels_have_no_differences(tmp_path: Path) -> None:
    assert found(tmp_path, [Member("a", b"1")], [Member("a", b"1")]) == []


def test_members_modes_and_times_by_weight(tmp_path: Path) -> None:
    left = [Member("left"), Member("mode"), Member("time")]
    right = [Member("mode", attributes=0o100755), Member("right"), Member("time", date=(2021, 1, 2, 3, 4, 6))]
    assert found(tmp_path, left, right) == [
        Difference("left", "missing", "only in the left one"),
        Difference("right", "missing", "only in the right one"),
        Difference("mode", "mode", "100644 and 100755"),
        Difference("time", "time", "2020-02-02 02:02:02 and 2021-01-02 03:04:06"),
    ]


def test_the_first_name_out_of_order(tmp_path: Path) -> None:
    names = found(tmp_path, [Member("a"), Member("b"), Member("c")], [Member("a"), Member("c"), Member("b")])
    assert names == [Difference("", "order", "b stands where c does")]


def test_nothing_but_compression(tmp_path: Path) -> None:
    (only,) = found(tmp_path, [Member("a", b"1" * 99)], [Member("a", b"1" * 99, method=0)])
    assert (only.member, only.kind) == ("", "packing")


@pytest.mark.parametrize(
    ("left", "right", "detail"),
    [
        (b"a\nb\nc\n", b"a\nB\nC\n", "line 2: 'b\\n' and 'B\\n'"),
        (b"a\n", b"a\nb", "line 2: no line and 'b'"),
        (b"a\n", b"a\r\n", "line 1: 'a\\n' and 'a\\r\\n'"),
        (b"", "ä".encode(), "line 1: no line and 'ä'"),
        (b"ab\0d", b"ab\0c", "from byte 3, of 4 and 4"),
        (b"ab\xff", b"ab\xff\xff", "from byte 3, of 3 and 4"),
    ],
)
def test_what_differs_in_contents(left: bytes, right: bytes, detail: str, tmp_path: Path) -> None:
    assert found(tmp_path, [Member("a", left)], [Member("a", right)]) == [Difference("a", "bytes", detail)]


def test_long_members_are_compared_piece_by_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "_CHUNK", 1000)
    monkeypatch.setattr(comparing, "_MAX_DETAIL", 5000)
    (only,) = found(tmp_path, [Member("a", b"a" * 9000)], [Member("a", b"a" * 7777 + b"b")])
    assert only.detail == "from byte 7777, of 9000 and 7778"


def section(data: bytes, name: str) -> int:
    """Where a section begins."""
    with TRUE.open("rb") as file:
        assert data.startswith(b"\x7fELF")
        found = ELFFile(file).get_section_by_name(name)
        assert found is not None
        return int(found["sh_offset"])


def test_sections_of_elf_files(tmp_path: Path) -> None:
    data = TRUE.read_bytes()
    changed = bytearray(data)
    for name, offset in ((".text", 5), (".rodata", 0)):
        changed[section(data, name) + offset] ^= 1
    (only,) = found(tmp_path, [Member("a.so", data)], [Member("a.so", bytes(changed))])
    assert sorted(only.detail.removeprefix("sections ").split(", ")) == [
        ".rodata (from byte 0)",
        ".text (from byte 5)",
    ]


def test_what_lies_outside_of_sections(tmp_path: Path) -> None:
    data = TRUE.read_bytes()
    # e_flags
    changed = data[:48] + struct.pack("<I", 5) + data[52:]
    (only,) = found(tmp_path, [Member("a.so", data)], [Member("a.so", changed)])
    assert only.detail == "from byte 48, outside of all sections"


@pytest.mark.parametrize("size", [4, 5, 20, 64, 1000])
def test_damaged_elf_files(size: int, tmp_path: Path) -> None:
    data = TRUE.read_bytes()
    (only,) = found(tmp_path, [Member("a.so", data)], [Member("a.so", data[:size])])
    assert only.kind == "bytes"


def test_an_elf_file_with_endless_sections(tmp_path: Path) -> None:
    data = bytearray(TRUE.read_bytes())
    # e_shentsize and e_shnum 0: the number is then in the first section's sh_size.
    (start,) = struct.unpack_from("<Q", data, 40)
    struct.pack_into("<HH", data, 58, 0, 0)
    struct.pack_into("<Q", data, start + 32, 2**60)
    (only,) = found(tmp_path, [Member("a.so", bytes(data))], [Member("a.so", bytes(data) + b"x")])
    assert only.kind == "bytes"


def test_an_elf_file_whose_sections_hold_more_than_it_has(tmp_path: Path) -> None:
    """Thousands of them, each the whole file, would fill any memory."""
    data = bytearray(TRUE.read_bytes())
    (start,) = struct.unpack_from("<Q", data, 40)
    for number in (1, 2):
        struct.pack_into("<QQ", data, start + 64 * number + 24, 0, len(data))
    last = len(data) - 1
    other = bytes(data[:last]) + bytes([data[last] ^ 1])
    (only,) = found(tmp_path, [Member("a.so", bytes(data))], [Member("a.so", other)])
    # It lies in both of them, if they were looked into.
    assert only.detail == f"from byte {last}, outside of all sections"


def test_output_is_bounded_and_printable(tmp_path: Path) -> None:
    many = [Member(f"{number}", b"1") for number in range(300)]
    differences = found(tmp_path, [*many, Member("\x1b[31m" + "n" * 500)], [])
    assert len(differences) == comparing.MAX_SHOWN + 1
    assert differences[-1] == Difference("", "more", "201 further differences")
    (long,) = found(tmp_path / "2", [Member("\x1b[31m" + "n" * 500)], [])
    assert long.member.startswith("\\x1b[31mnnn")
    assert len(str(long)) < 250


def test_hostile_archives_give_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = wheel(tmp_path / "good", Member("a", b"12345"))
    bad = wheel(tmp_path / "bad", Member("a", b"12345"))
    headers = Headers(bytearray(bad.read_bytes()))
    headers.put("a", crc=1)
    bad.write_bytes(headers.data)
    with pytest.raises(FarwheelError, match="cannot be compared: Bad CRC-32"):
        compare(good, bad)
    headers.put("a", flags=1)
    bad.write_bytes(headers.data)
    with pytest.raises(FarwheelError, match="is encrypted"):
        compare(good, bad)
    headers.put("a", method=12, flags=0)
    bad.write_bytes(headers.data)
    with pytest.raises(FarwheelError, match="not all installers know"):
        compare(good, bad)
    monkeypatch.setattr(comparing, "_MAX_BYTES", 9)
    with pytest.raises(FarwheelError, match="bomb"):
        compare(good, bad)


def test_what_clients_read_differently_is_not_the_same(tmp_path: Path) -> None:
    mine, twice, long = (tmp_path / name for name in ("mine.whl", "twice.whl", "long.whl"))
    mine.write_bytes(packed([Member("a.py", b"good")]))
    with pytest.warns(UserWarning, match="Duplicate"):
        twice.write_bytes(packed([Member("a.py", b"evil"), Member("a.py", b"good")]))
    lying = Headers(bytearray(packed([Member("a.py", b"good, then evil")])))
    lying.put("a.py", size=4, crc=zlib.crc32(b"good"))
    long.write_bytes(bytes(lying.data))
    for other in (twice, long):
        with pytest.raises(FarwheelError):
            compare(mine, other)


def test_diffoscope_is_asked_where_there_is_one(tmp_path: Path) -> None:
    program = tmp_path / "programs/diffoscope"
    left, right = wheel(tmp_path / "left", Member("a", b"1")), wheel(tmp_path / "right", Member("a", b"2"))
    program.write_text('#!/bin/sh\necho "it says: $*"\nexit 1\n')
    program.chmod(0o755)
    said = report(left, right)
    assert said.startswith("it says: --text - ")
    assert said.endswith(f"{left} {right}\n")
    assert report(left, left) == ""
    program.write_text("#!/bin/sh\nexit 2\n")
    assert report(left, right) == "a: bytes: line 1: '1' and '2'\n"


def test_the_verb(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    left, right = wheel(tmp_path / "left", Member("a", b"1")), wheel(tmp_path / "right", Member("a", b"2"))
    assert main(["compare", str(left), str(left)]) == 0
    assert capsys.readouterr().out == ""
    assert main(["compare", str(left), str(right)]) == 1
    assert capsys.readouterr().out == "a: bytes: line 1: '1' and '2'\n"
    assert main(["compare", "--json", str(left), str(right)]) == 1
    expected = [{"member": "a", "kind": "bytes", "detail": "line 1: '1' and '2'"}]
    assert json.loads(capsys.readouterr().out) == expected
    assert main(["compare", "--json", str(left), str(left)]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert main(["compare", str(left), str(tmp_path / NAME)]) == 2
    assert NAME in capsys.readouterr().err
