import json
from pathlib import Path

from farwheel.change import Change, versions

ROOT = {
    "resolved": "20260101T000000Z",
    "packages": [{"name": "bash", "version": "5.2"}, {"name": "make", "version": "4.3"}],
}


def write(path: Path, data: object) -> Path:
    path.write_text(json.dumps(data))
    return path


def test_only_another_time_of_resolution_is_no_change(tmp_path: Path) -> None:
    path = write(tmp_path / "root.json", ROOT)
    before = path.read_bytes()
    change = Change.of(path, ROOT | {"resolved": "20270101T000000Z"})
    change.write()
    assert not change.needed
    assert change.lines() == []
    assert path.read_bytes() == before


def test_lines_tell_what_comes_goes_and_moves(tmp_path: Path) -> None:
    path = write(tmp_path / "root.json", ROOT)
    packages = [{"name": "bash", "version": "5.3"}, {"name": "sed", "version": "4.9"}]
    change = Change.of(path, ROOT | {"packages": packages})
    assert change.lines() == ["  bash 5.2 -> 5.3", "- make 4.3", "+ sed 4.9"]
    change.write()
    assert json.loads(path.read_text())["packages"] == packages
    assert not Change.of(path, change.new).needed


def test_the_same_versions_with_other_hashes_are_a_change(tmp_path: Path) -> None:
    path = write(tmp_path / "tools.json", {"wheels": [{"name": "a", "version": "1", "sha256": "00"}]})
    change = Change.of(path, {"wheels": [{"name": "a", "version": "1", "sha256": "11"}]})
    assert change.lines() == ["  the same versions, other contents"]


def test_a_new_file_and_its_folder_are_made(tmp_path: Path) -> None:
    change = Change.of(tmp_path / "pkgs/demo/pin.json", {"name": "demo", "version": "1.0"})
    assert change.lines() == ["+ demo 1.0"]
    change.write()
    assert (tmp_path / "pkgs/demo/pin.json").read_text().endswith("}\n")


def test_tuples_and_lists_are_alike(tmp_path: Path) -> None:
    path = write(tmp_path / "x.json", {"build": {}, "list": []})
    assert not Change.of(path, {"build": {}, "list": ()}).needed


def test_versions_of_every_kind_of_file() -> None:
    assert versions({"sources": {"zlib": {"version": "1.3"}}}) == {"zlib": "1.3"}
    assert versions({"member": "usr/bin/busybox", "version": "1.37"}) == {"seed": "1.37"}
    build = {"cp313": {"native": ["setuptools-84.2-py3-none-any.whl"], "target": [], "packages": []}}
    found = versions({"name": "demo", "version": "1", "build": build, "wheels": {"x.whl": {}}})
    assert found == {"demo": "1", "cp313: setuptools": "84.2"}


def test_a_text_beside_is_written_along(tmp_path: Path) -> None:
    path, beside = write(tmp_path / "pin.json", {"name": "x", "version": "1"}), tmp_path / "Cargo.lock"
    change = Change.of(path, json.loads(path.read_text()), {beside: "new"})
    assert change.needed
    change.write()
    assert beside.read_text() == "new"
    assert not Change.of(path, change.new, {beside: "new"}).needed
    gone = Change.of(path, change.new, {beside: None})
    assert gone.needed
    gone.write()
    assert not beside.exists()
    assert not gone.needed


def test_crates_are_told_by_name(tmp_path: Path) -> None:
    def pin(*crates: str) -> dict[str, object]:
        paths = [f"{crate.rpartition('-')[0]}/{crate}.crate" for crate in crates]
        return {"name": "x", "version": "1", "cargo": {"crates": [{"path": path} for path in paths]}}

    path = write(tmp_path / "pin.json", pin("a-b-1.0.0", "syn-1.0.0", "syn-2.0.0"))
    change = Change.of(path, pin("a-b-1.1.0", "syn-2.0.0"))
    assert change.lines() == ["  crate a-b 1.0.0 -> 1.1.0", "  crate syn 1.0.0, 2.0.0 -> 2.0.0"]
