import json
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elves import RV64GC, levels, note
from farwheel.verify import lasx, riscv, x86

WORDS = json.loads((Path(__file__).parent / "recorded/loongarch-words.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", ["lasx", "other"])
def test_words_are_what_a_disassembler_says(kind: str) -> None:
    assert len(WORDS[kind]) > 200
    wrong = {name for name, word in WORDS[kind].items() if lasx.is_lasx(int(word, 16)) != (kind == "lasx")}
    assert wrong == set()


def test_only_whole_words_count() -> None:
    wide, narrow = (word.to_bytes(4, "little") for word in (0x2C800085, 0x2C000085))  # xvld, vld
    code = narrow + wide + narrow + wide + wide[:3]
    assert lasx.count(code, 0, len(code)) == (2, 4)
    assert lasx.count(code, 8, len(code) - 8) == (1, 12)
    # At an odd place the same bytes are no instruction.
    assert lasx.count(bytes(2) + wide + bytes(2), 0, 8) == (0, 0)
    assert lasx.count(b"", 0, 0) == (0, 0)


def test_code_is_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasx, "_PIECE", 8)
    wide = (0x2C800085).to_bytes(4, "little")
    assert lasx.count(bytes(20) + wide + bytes(4) + wide * 3, 4, 36) == (4, 20)


@pytest.mark.parametrize(
    ("arch", "extensions"),
    [
        (RV64GC, riscv.BASELINE - {"g"}),
        ("rv64gc", {"g", "c"}),
        ("rv64imafdc_zicsr_zifencei", {"i", "m", "a", "f", "d", "c", "zicsr", "zifencei"}),
        ("RV64I2P1_V1P0_ZVE32X1P0", {"i", "v", "zve32x"}),
        ("rv64i2p1_xtheadba1p0", {"i", "xtheadba"}),
        ("rv64gczba", {"g", "c", "zba"}),
        ("rv32i", None),
        ("rv64i_", None),
        ("rv64i_9", None),
        ("", None),
    ],
)
def test_arch_strings(arch: str, extensions: set[str] | None) -> None:
    assert riscv.extensions(arch) == extensions


# IBT and shadow stacks, as most of today's objects have it.
FEATURES = struct.pack("<4I", 0xC0000002, 4, 3, 0)


@pytest.mark.parametrize(
    ("notes", "needed"),
    [
        (b"", 0),
        (levels(1), 1),
        (note(b"GNU\0", 3, bytes(20)) + levels(7), 7),
        (levels(1) + levels(8), 9),
        (note(b"GNU\0", 5, FEATURES), 0),
        (note(b"GNU\0", 5, FEATURES + struct.pack("<4I", 0xC0008002, 4, 2, 0)), 2),
        (note(b"NUL\0", 5, struct.pack("<4I", 0xC0008002, 4, 2, 0)), 0),
        (note(b"GNU\0", 5, struct.pack("<4I", 0xC0008002, 8, 2, 0)), 0),
        (levels(2)[:-5], 0),
        (struct.pack("<3I", 4, 0xFFFFFFFF, 5) + b"GNU\0", 0),
        (bytes(100), 0),
    ],
)
def test_notes_about_x86_64(notes: bytes, needed: int) -> None:
    assert x86.needed(notes) == needed


@given(st.binary(max_size=80), st.integers(0, 2**64 - 1))
def test_notes_of_any_bytes_are_read_to_their_end(junk: bytes, bits: int) -> None:
    x86.needed(junk)
    damaged = bytearray(levels(2) + levels(4))
    damaged[bits % len(damaged)] ^= 1 << bits % 8
    assert x86.needed(bytes(damaged)) >= 0


@pytest.mark.parametrize(
    ("bits", "names"),
    [
        (0, []),
        (1, []),
        (3, ["x86-64-v2"]),
        (15, ["x86-64-v2", "x86-64-v3", "x86-64-v4"]),
        (17, ["level bit 4"]),
    ],
)
def test_names_of_x86_64_levels(bits: int, names: list[str]) -> None:
    assert x86.names(bits) == names
