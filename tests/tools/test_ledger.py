import errno
import json
import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farwheel.errors import FarwheelError
from farwheel.ledger import (
    Entry,
    Inputs,
    Ledger,
    Needs,
    Reproduction,
    checksum,
    current,
    load,
    record,
    save,
    with_build_tag,
)

NAME = "demo-1.0-cp313-cp313-manylinux_2_31_riscv64.whl"
INPUTS = Inputs("5" * 64, "cpython-3.13.15", "gcc-14.2.0, glibc-2.31", "9" * 64, {"openblas": "0.3.34"})
ENTRY = Entry("a" * 64, 123, "2026-11-20T10:00:00Z", "riscv64", ("cp313",), INPUTS)

hashes = st.text("0123456789abcdef", min_size=64, max_size=64)
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
tables = st.dictionaries(words, words, max_size=3)
receipts = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=5,
)
entries = st.builds(
    Entry,
    sha256=hashes,
    size=st.integers(0, 2**40),
    added=st.datetimes().map(lambda time: f"{time:%H:%M:%S}").map("2026-11-20T{}Z".format),
    architecture=words,
    pythons=st.lists(words, max_size=3).map(tuple),
    inputs=st.builds(Inputs, hashes, words, words, hashes, tables),
    reproduced=st.lists(
        st.builds(Reproduction, words, st.dates().map(str), st.just("") | words), max_size=3
    ).map(tuple),
    tests=st.none() | st.dictionaries(words, receipts, max_size=3),
    seconds=st.none() | st.floats(0, 1e6),
    needs=st.none() | st.builds(Needs, st.lists(words, max_size=3).map(tuple), tables),
)
names = st.tuples(st.integers(0, 99), st.sampled_from(["riscv64", "loongarch64"])).map(
    lambda parts: f"demo-{parts[0]}-cp313-cp313-linux_{parts[1]}.whl"
)
ledgers = st.dictionaries(names, entries, max_size=4)


@given(ledgers, st.randoms(use_true_random=False))
def test_what_is_saved_is_loaded_and_order_does_not_matter(ledger: Ledger, random: Any) -> None:
    shuffled = list(ledger.items())
    random.shuffle(shuffled)
    with TemporaryDirectory() as folder:
        one, other = Path(folder, "one/wheels.json"), Path(folder, "other/wheels.json")
        save(one, ledger)
        save(other, dict(shuffled))
        assert load(one) == ledger
        assert one.read_bytes() == other.read_bytes()


def test_entries_have_one_order() -> None:
    first, second = Reproduction("again", "2026-11-20"), Reproduction("mode=emulated", "2026-11-19")
    entry = replace(ENTRY, reproduced=(second, first, second), pythons=("cp314", "cp313"))
    assert entry.reproduced == (first, second)
    assert entry.pythons == ("cp313", "cp314")


def test_a_missing_file_is_an_empty_ledger(tmp_path: Path) -> None:
    assert load(tmp_path / "wheels.json") == {}


def test_the_file_is_as_documented(tmp_path: Path) -> None:
    path = tmp_path / "pkgs/demo/wheels.json"
    needs = Needs(("libc.so.6", "libm.so.6"), {"GLIBC": "GLIBC_2.29"})
    save(
        path,
        {
            NAME: replace(
                ENTRY,
                reproduced=(Reproduction("again", "2026-11-20"), Reproduction("mode", "2026-11-20", "Ada")),
                needs=needs,
            )
        },
    )
    data = json.loads(path.read_text())
    assert data["wheels"][NAME] == {
        "sha256": "a" * 64,
        "size": 123,
        "added": "2026-11-20T10:00:00Z",
        "architecture": "riscv64",
        "pythons": ["cp313"],
        "inputs": {
            "sdist": "5" * 64,
            "interpreter": "cpython-3.13.15",
            "toolchain": "gcc-14.2.0, glibc-2.31",
            "pins": "9" * 64,
            "libraries": {"openblas": "0.3.34"},
        },
        "reproduced": [
            {"variation": "again", "date": "2026-11-20"},
            {"variation": "mode", "date": "2026-11-20", "by": "Ada"},
        ],
        "tests": None,
        "seconds": None,
        "needs": {"libraries": ["libc.so.6", "libm.so.6"], "symbols": {"GLIBC": "GLIBC_2.29"}},
    }
    assert data["checksum"] == "89db1535ac1d559e47d8cdf5676aadc5d7f6c96e658a5677271221156a751795"


def test_an_entry_without_what_came_later_is_one_from_before(tmp_path: Path) -> None:
    path = tmp_path / "wheels.json"
    save(path, {NAME: ENTRY})
    wheels = json.loads(path.read_text())["wheels"]
    del wheels[NAME]["seconds"], wheels[NAME]["needs"]
    path.write_text(json.dumps({"wheels": wheels, "checksum": checksum(wheels)}))
    assert load(path) == {NAME: ENTRY}


def test_a_build_time_stays_until_there_is_a_newer_one() -> None:
    timed = replace(ENTRY, seconds=7.5)
    assert record({NAME: timed}, NAME, ENTRY)[NAME].seconds == 7.5
    assert record({NAME: timed}, NAME, replace(ENTRY, seconds=0.0))[NAME].seconds == 0.0


def test_what_a_wheel_needs_stays_known() -> None:
    known = replace(ENTRY, needs=Needs(("libc.so.6",), {}))
    assert record({NAME: known}, NAME, ENTRY)[NAME].needs == known.needs
    assert record({NAME: ENTRY}, NAME, known)[NAME].needs == known.needs


def saved(folder: Path) -> Path:
    path = folder / "pkgs/demo/wheels.json"
    save(path, {NAME: ENTRY})
    return path


def test_an_edit_by_hand_is_noticed(tmp_path: Path) -> None:
    path = saved(tmp_path)
    path.write_text(path.read_text().replace('"size": 123', '"size": 124'))
    with pytest.raises(FarwheelError, match="edited by hand") as caught:
        load(path)
    assert "tools/farwheel ledger update demo" in caught.value.hint


def test_marks_of_a_merge_conflict_are_noticed(tmp_path: Path) -> None:
    path = saved(tmp_path)
    # In the middle, as git puts them.
    path.write_text(path.read_text().replace("{\n", "{\n<<<<<<< HEAD\n", 1))
    with pytest.raises(FarwheelError, match="merge conflict") as caught:
        load(path)
    assert caught.value.hint == "take either side, then: tools/farwheel ledger update demo"


def test_a_full_disk_leaves_the_old_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path)

    def full(target: Path, text: str, **_: str) -> None:
        target.write_bytes(text[:2].encode())
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space left"):
        save(path, {})
    assert [file.name for file in path.parent.iterdir()] == ["wheels.json"]
    assert load(path) == {NAME: ENTRY}


def put(where: str, value: object) -> Any:
    """Change one field, in dotted notation; the checksum goes along."""

    def change(data: Any) -> Any:
        keys = where.split(".")
        table = data["wheels"][NAME]
        for key in keys[:-1]:
            table = table[key]
        table[keys[-1]] = value
        return data | {"checksum": checksum(data["wheels"])}

    return change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (put("extra", 1), "has the unknown field extra"),
        (put("inputs.extra", 1), "has the unknown field extra"),
        (put("inputs", None), "'None' should be an object"),
        (put("inputs.pins", "1"), "pins '1' is no sha256"),
        (put("inputs.libraries", {"zlib": 1}), "1 should be a word"),
        (put("inputs.libraries", []), "is no ledger"),
        (put("sha256", "A" * 64), "is no sha256"),
        (put("size", -1), "size -1"),
        (put("size", True), "size True"),
        (put("added", "yesterday"), "'yesterday' is no time"),
        (put("pythons", "cp313"), "pythons should be a list"),
        (put("pythons", [[1]]), "is no ledger"),
        (put("reproduced", [{"variation": "x", "date": "y"}]), "'y' is no day"),
        (put("reproduced", [1]), "'1' should be an object"),
        (put("reproduced", 1), "is no ledger"),
        (put("tests", []), "tests is neither"),
        (put("seconds", -1), "seconds -1 is neither"),
        (put("needs", []), "should be an object"),
        (put("needs", {"libraries": []}), "lacks symbols"),
        (put("needs", {"libraries": [1], "symbols": {}}), "1 should be a word"),
        (put("needs", {"libraries": 1, "symbols": {}}), "is no ledger"),
        (put("needs", {"libraries": [], "symbols": {"GLIBC": None}}), "None should be a word"),
        (lambda data: {"wheels": data["wheels"]}, "lacks checksum"),
        (lambda data: data | {"wheels": {"demo.whl": {}}}, "Invalid wheel filename"),
        (lambda data: data | {"wheels": {NAME: {}}}, f"{NAME}: it lacks added and lacks architecture"),
        (lambda data: data | {"wheels": []}, "is no ledger"),
        (lambda _: [], "should be an object"),
    ],
)
def test_what_is_no_ledger_is_refused(change: Any, reason: str, tmp_path: Path) -> None:
    path = saved(tmp_path)
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    with pytest.raises(FarwheelError, match=reason) as caught:
        load(path)
    assert str(path) in caught.value.message


def test_the_same_bytes_again_add_what_is_new() -> None:
    first, second = Reproduction("again", "2026-11-20"), Reproduction("mode=emulated", "2026-11-21")
    ledger = record({}, NAME, replace(ENTRY, reproduced=(first,), tests={"passed": 3}))
    later = replace(ENTRY, added="2027-01-01T00:00:00Z", reproduced=(second,))
    found = record(ledger, NAME, later)[NAME]
    assert found.added == ENTRY.added
    assert found.reproduced == (first, second)
    assert found.tests == {"passed": 3}
    assert record(ledger, NAME, replace(later, tests={"passed": 4}))[NAME].tests == {"passed": 4}


def test_other_bytes_under_the_same_name_are_refused_with_the_next_free_name() -> None:
    tagged = NAME.replace("-1.0-", "-1.0-1-")
    ledger = {NAME: ENTRY, tagged: ENTRY}
    with pytest.raises(FarwheelError) as caught:
        record(ledger, NAME, replace(ENTRY, sha256="b" * 64))
    assert "a" * 64 in caught.value.message
    assert "b" * 64 in caught.value.message
    assert NAME.replace("-1.0-", "-1.0-2-") in caught.value.hint
    assert ledger == {NAME: ENTRY, tagged: ENTRY}


def test_the_wheels_of_the_last_build_tag_are_current() -> None:
    names = [NAME.replace("1.0", version) for version in ("0.9", "1.0", "1.0-2", "1.0-10", "1.1")]
    others = [name.replace("riscv64", "loongarch64") for name in names]
    assert list(current(dict.fromkeys([*names, *others], ENTRY), "1")) == [others[3], names[3]]
    # Made before the recipe got its build tag, and not since.
    assert list(current(dict.fromkeys([*names, others[1]], ENTRY), "1")) == [names[3]]
    assert current({}, "1") == {}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a-1-py3-none-any.whl", "a-1-1-py3-none-any.whl"),
        ("a-1-9-py3-none-any.whl", "a-1-10-py3-none-any.whl"),
        ("a_b-1.0+x-3local-cp313-abi3-linux_riscv64.whl", "a_b-1.0+x-4-cp313-abi3-linux_riscv64.whl"),
    ],
)
def test_build_tags_count_up(name: str, expected: str) -> None:
    assert with_build_tag(name) == expected


@pytest.mark.parametrize("name", ["a.whl", "a-1.tar.gz", "a-1-x-py3-none-any.whl", "a-?-py3-none-any.whl"])
def test_what_is_no_wheels_name_gets_no_build_tag(name: str) -> None:
    with pytest.raises(FarwheelError, match="Invalid"):
        with_build_tag(name)
    with pytest.raises(FarwheelError, match="Invalid"):
        record({}, name, ENTRY)
