import json
from pathlib import Path

import pytest

from farwheel import fetch, nix
from farwheel.errors import FarwheelError
from farwheel.pins import Pin, pins_in, read_json, write_json

GOOD = {"registry": "debian", "path": "pool/a_1%3a1~x.deb", "sha256": "0" * 64, "size": 3}


def test_store_names_hold_only_what_the_store_allows() -> None:
    assert Pin.from_json(GOOD, "x").store_name == "a_1-3a1-x.deb"


@pytest.mark.parametrize("field", sorted(GOOD))
def test_a_missing_field_is_named(field: str) -> None:
    with pytest.raises(FarwheelError, match=f"x.json.*{field}"):
        Pin.from_json({key: value for key, value in GOOD.items() if key != field}, "x.json")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("registry", "npm"),
        ("path", "../etc/passwd"),
        ("path", "/etc/passwd"),
        ("path", "a//b"),
        ("path", 5),
        ("sha256", "00"),
        ("sha256", None),
        ("size", "much"),
    ],
)
def test_what_is_no_pin_is_refused(field: str, value: object) -> None:
    with pytest.raises(FarwheelError, match="not a pin"):
        Pin.from_json(GOOD | {field: value}, "x.json")


def test_pins_are_found_anywhere_and_once() -> None:
    deep = GOOD | {"path": "other", "patches": GOOD | {"path": "patches"}}
    data = {"wheels": {"a": GOOD, "b": [GOOD, {"deep": deep}]}, "name": "x"}
    assert [pin.path for pin in pins_in(data, "x")] == [GOOD["path"], "other", "patches"]


def test_json_is_sorted_and_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    write_json(path, {"b": 1, "a": "é"})
    assert path.read_text() == '{\n  "a": "é",\n  "b": 1\n}\n'
    assert path.stat().st_mode & 0o777 == 0o644
    with path.open(encoding="utf-8") as reader:
        write_json(path, {"b": 1})
        # Whoever reads it meanwhile has the old one.
        assert json.load(reader)["a"] == "é"
    with pytest.raises(TypeError):
        write_json(path, {"a": object()})
    assert json.loads(path.read_text())["b"] == 1
    assert list(tmp_path.iterdir()) == [path]


def test_unreadable_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(FarwheelError, match=r"bad\.json is not JSON"):
        read_json(tmp_path / "bad.json")
    with pytest.raises(FarwheelError, match=r"none\.json does not exist"):
        read_json(tmp_path / "none.json")


def test_pins_of_the_mode_emulated_are_fetched_for_it_alone() -> None:
    usual = {item.pin for item in fetch.all_pins()}
    for name in ("root", "native-riscv64", "native-loongarch64"):
        pins = pins_in(read_json(nix.REPOSITORY / f"nix/pins/{name}.json"), name)
        # Packages for every architecture are in both.
        own = {pin for pin in pins if not pin.path.endswith("_all.deb")}
        assert len(own) > 50
        assert own & usual == (own if name == "root" else set())
