"""What an index refuses to be made from, each with a clear line."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from farwheel.cli import main
from farwheel.index import kept
from farwheel.index.serve import running, server
from farwheel.pins import read_json, write_json
from index_pages import pin
from index_repository import ADDED, PURE, RISCV, Repository, file_name, made, page, tree, with_demo
from made_wheel import Member, packed

Capture = pytest.CaptureFixture[str]
NAME = file_name("demo", "1.0", RISCV)
INFO = "demo-1.0.dist-info"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    return with_demo(tmp_path / "repository", monkeypatch)


def entry_without_file(repository: Repository) -> None:
    (repository.wheels / NAME).unlink()


def file_without_entry(repository: Repository) -> None:
    (repository.wheels / "other-1.0-py3-none-any.whl").write_bytes(b"")


def two_files_of_one_name(repository: Repository) -> None:
    (repository.wheels / "below").mkdir()
    (repository.wheels / "below" / NAME).write_bytes(b"")


def folders_that_normalise_to_the_same(repository: Repository) -> None:
    repository.wheel("a.b")
    repository.wheel("A_B")


def wheels_that_normalise_to_the_same(repository: Repository) -> None:
    content = made("demo", "1.0", RISCV)
    repository.enter("demo", file_name("demo", "1.0.0", RISCV), content)


def ledger_of_another(repository: Repository) -> None:
    repository.enter("demo", file_name("other", "1.0", RISCV), b"")


def ledger_of_a_path(repository: Repository) -> None:
    repository.enter("demo", NAME.replace("manylinux_2_31_riscv64", "any/riscv64"), b"")


def pin_of_another_content(repository: Repository) -> None:
    repository.wheel("other", tag=PURE)
    repository.pin("other", "1.0", metadata=b"Summary: other bytes\n")


def pin_without_a_hash(repository: Repository) -> None:
    name = repository.pin("other", "1.0")
    change_pin(repository, name, {"registry": "pypi", "path": f"packages/{name}", "size": 1})


def pin_of_another_name(repository: Repository) -> None:
    name = repository.pin("other", "1.0")
    change_pin(repository, f"x{name}", read_json(kept.path(repository.packages))["pure"][name])


def pin_of_what_is_not_pure(repository: Repository) -> None:
    pin = {"registry": "pypi", "path": f"packages/{NAME}", "sha256": "0" * 64, "size": 1, "added": ADDED}
    kept.path(repository.packages).parent.mkdir()
    change_pin(repository, NAME, pin)


def change_pin(repository: Repository, name: str, pin: object) -> None:
    write_json(kept.path(repository.packages), {"pure": {name: pin}})


def yank_of_what_is_not_pinned(repository: Repository) -> None:
    repository.pin("other", "1.0")
    write_json(repository.root / "closures/yanked.json", {"other-2.0-py3-none-any.whl": "bad"})


def other_bytes(repository: Repository) -> None:
    path = repository.wheels / NAME
    path.write_bytes(path.read_bytes()[:-1] + b"x")


def truncated(repository: Repository) -> None:
    path = repository.wheels / NAME
    path.write_bytes(path.read_bytes()[:-100])


def rewritten(repository: Repository, content: bytes) -> None:
    """A wheel with this content, which its ledger knows."""
    (repository.wheels / NAME).write_bytes(content)
    repository.enter("demo", NAME, content)


def metadata_of_another_name(repository: Repository) -> None:
    said = Member(f"{INFO}/METADATA", b"Name: other\nVersion: 1.0\n")
    rewritten(repository, packed([said]))


def metadata_of_another_version(repository: Repository) -> None:
    rewritten(repository, packed([Member(f"{INFO}/METADATA", b"Name: demo\nVersion: 1.0.post1\n")]))


def metadata_that_is_not_utf8(repository: Repository) -> None:
    rewritten(
        repository, packed([Member(f"{INFO}/METADATA", b"Name: demo\nVersion: 1.0\nAuthor: J\xf6rg\n")])
    )


def no_metadata(repository: Repository) -> None:
    rewritten(repository, packed([Member("demo.py")]))


def metadata_twice(repository: Repository) -> None:
    rewritten(repository, packed([Member(f"{INFO}/METADATA"), Member("other-1.0.dist-info/METADATA")]))


def metadata_that_is_a_bomb(repository: Repository) -> None:
    rewritten(
        repository, packed([Member(f"{INFO}/METADATA", b"Name: demo\nVersion: 1.0\n" + bytes(20 << 20))])
    )


def metadata_that_does_not_unpack(repository: Repository) -> None:
    content = bytearray(packed([Member(f"{INFO}/METADATA", os.urandom(99))]))
    at = 30 + len(f"{INFO}/METADATA")
    content[at : at + 9] = b"\xff" * 9
    rewritten(repository, bytes(content))


def no_archive(repository: Repository) -> None:
    rewritten(repository, b"none")


def bad_libraries(repository: Repository) -> None:
    said = Member(f"{INFO}/farwheel/libraries.json", b'[{"name": "openblas"}]')
    rewritten(repository, made("demo", "1.0", RISCV, extra=(said,)))


def libraries_that_are_nested_too_deep(repository: Repository) -> None:
    said = Member(f"{INFO}/farwheel/libraries.json", b"[" * 100_000)
    rewritten(repository, made("demo", "1.0", RISCV, extra=(said,)))


def yank_of_an_unknown_file(repository: Repository) -> None:
    repository.say("demo", "yanked.json", {"demo-0.9-py3-none-any.whl": "old"})


def yank_without_a_reason(repository: Repository) -> None:
    repository.say("demo", "yanked.json", {NAME: ""})


def status_of_what_is_not_pinned(repository: Repository) -> None:
    repository.pin("other", "1.0")
    said = {"others": {"status": "archived", "reason": ""}}
    write_json(repository.root / "closures/status.json", said)


def statuses_that_are_no_object(repository: Repository) -> None:
    repository.pin("other", "1.0")
    write_json(repository.root / "closures/status.json", ["other"])


def status_in_two_places(repository: Repository) -> None:
    repository.pin("demo", "0.9")
    repository.say("demo", "status.json", {"status": "quarantined"})
    write_json(repository.root / "closures/status.json", {"demo": {"status": "archived"}})


def status_that_is_not_utf8(repository: Repository) -> None:
    (repository.packages / "demo/status.json").write_bytes(b'{"status": "\xff"}')


def unknown_status(repository: Repository) -> None:
    repository.say("demo", "status.json", {"status": "broken", "reason": ""})


def no_folder_of_wheels(repository: Repository) -> None:
    (repository.wheels / NAME).unlink()
    repository.wheels.rmdir()


def edited_ledger(repository: Repository) -> None:
    file = repository.packages / "demo/wheels.json"
    file.write_text(file.read_text().replace('"riscv64"', '"riscv65"'))


CASES: dict[Callable[[Repository], None], tuple[str, str]] = {
    entry_without_file: (f"in a ledger, but not in wheelhouse:\n  {NAME}", "tools/farwheel build demo"),
    file_without_entry: ("in no ledger:\n  wheelhouse/other-1.0-py3-none-any.whl", "ledger update"),
    two_files_of_one_name: (f"two files of one name:\n  wheelhouse/below/{NAME}", "away"),
    folders_that_normalise_to_the_same: ("are the same name to every client (a-b)", "rename"),
    wheels_that_normalise_to_the_same: ("are the same wheel to every client", "drop one"),
    ledger_of_another: ("holds other-1.0-", "restore"),
    ledger_of_a_path: ("any/riscv64.whl' is a path, not a file name", "restore"),
    pin_of_another_content: ("other-1.0-py3-none-any.whl stands for two contents", "pins.json"),
    pin_without_a_hash: ("pins.json: a pin lacks its field 'sha256'", "machine-written"),
    pin_of_another_name: ("pins.json is no list of pins: ", "restore"),
    pin_of_what_is_not_pure: ("is not the name of a pinned pure wheel", "restore"),
    yank_of_what_is_not_pinned: ("yanked.json names other-2.0-py3-none-any.whl, which is not in", "name"),
    other_bytes: (f"{NAME} has other bytes than the ledger says:\n  ledger: sha256 ", "build"),
    truncated: ("bytes\n  file:   sha256 ", "build"),
    metadata_of_another_name: (f"{NAME}: METADATA says 'other' '1.0'", "another"),
    metadata_of_another_version: (f"{NAME}: METADATA says 'demo' '1.0.post1'", "another"),
    metadata_that_is_not_utf8: (f"{NAME}: METADATA is not UTF-8 (byte 33)", "another"),
    no_metadata: (f"{NAME} has 0 METADATA files instead of one", "another"),
    metadata_twice: (f"{NAME} has 2 METADATA files instead of one", "another"),
    metadata_that_is_a_bomb: ("METADATA has more than 16 MiB", "another"),
    metadata_that_does_not_unpack: ("is no wheel: ", "another"),
    no_archive: ("is no wheel: File is not a zip file", "another"),
    bad_libraries: ("libraries.json is not what a build writes", "another"),
    libraries_that_are_nested_too_deep: ("libraries.json is not what a build writes", "another"),
    yank_of_an_unknown_file: (
        "yanked.json names demo-0.9-py3-none-any.whl, which is not in the ledger",
        "name",
    ),
    yank_without_a_reason: (f"yanked.json gives no reason for {NAME}", "REASON"),
    unknown_status: ("status.json is no project status", "quarantined"),
    status_of_what_is_not_pinned: ("status.json names others, which is not pinned", "name"),
    statuses_that_are_no_object: ("closures/status.json is no JSON object", "reason"),
    status_in_two_places: ("and pkgs/demo/status.json both say how demo stands", "keep"),
    status_that_is_not_utf8: ("status.json is not JSON: 'utf-8' codec", ""),
    no_folder_of_wheels: ("wheelhouse is no folder", "tools/farwheel build"),
    edited_ledger: ("was edited by hand", "ledger update demo"),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_bad_input_is_named_and_the_old_index_stays(
    case: Callable[[Repository], None], repository: Repository, capsys: Capture
) -> None:
    assert main(["index", "site"]) == 0
    before = tree(repository.root / "site")
    # Else the published file would stand in for the one that a case takes away.
    Path("site").rename("old")
    case(repository)
    message, hint = CASES[case]
    capsys.readouterr()
    assert main(["index", "site"]) == 1
    said = capsys.readouterr().err
    assert message in said
    assert hint in said
    assert "Traceback" not in said
    Path("old").rename("site")
    assert main(["index", "site"]) == (case not in {entry_without_file, no_folder_of_wheels})
    assert tree(repository.root / "site") == before
    assert sorted(path.name for path in repository.root.iterdir() if path.name.startswith(".")) == []


def test_a_quarantine_loses_nothing(repository: Repository, capsys: Capture) -> None:
    """Of what has been replaced, the published file may be the last there is."""
    repository.wheel("demo", "1.1")
    repository.say("demo", "pin.json", pin("1.1", ()))
    assert main(["index", "site"]) == 0
    (repository.wheels / NAME).unlink()
    repository.say("demo", "status.json", {"status": "quarantined", "reason": "looking into it"})
    capsys.readouterr()
    assert main(["index", "site"]) == 1
    said = capsys.readouterr().err
    assert f"nowhere but in the index:\n  {repository.root}/site/files/{NAME}" in said
    assert "copy them into wheelhouse first" in said
    shutil.copy(f"site/files/{NAME}", repository.wheels)
    assert main(["index", "site"]) == 0
    (repository.packages / "demo/status.json").unlink()
    assert main(["index", "site"]) == 0
    assert len(page(Path("site"), "demo")["files"]) == 2


def test_pinned_wheels_come_from_the_mirrors_and_then_from_the_cache(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """The mirror is an index of ours."""
    other = Repository(tmp_path / "other")
    name = other.wheel("pure", tag=PURE)
    other.publish(other.root / "site")
    repository.pin("pure", "1.0")
    with running(server(other.root / "site", 0)) as top:
        monkeypatch.setenv("FARWHEEL_PYPI", f"{top}/simple")
        assert main(["index", "site"]) == 0
    assert (repository.root / "site/files" / name).read_bytes() == (other.wheels / name).read_bytes()
    assert main(["index", "another"]) == 0
    assert capsys.readouterr().out == f"{NAME}\n{name}\n" * 2


def test_an_unreadable_wheel_is_named(repository: Repository, capsys: Capture) -> None:
    path = repository.wheels / NAME
    path.unlink()
    path.symlink_to("nowhere")
    assert main(["index", "site"]) == 1
    assert f"wheelhouse/{NAME} cannot be read: No such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["index"],
        ["index", "site", "--check", "http://index.test/simple/"],
        ["index", "site", "--files-url", "files"],
        ["index", "--check", "index.test"],
    ],
)
def test_what_makes_no_sense_is_a_usage_error(
    words: list[str], repository: Repository, capsys: Capture
) -> None:
    assert main(words) == 2
    assert capsys.readouterr().err.startswith("error: ")
    assert not (repository.root / "site").exists()
