"""`audit`: what pip would find in our index, and why it would not."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from audits import BOTH_KINDS, ONE, X86, Capture, audited, demo, forget, missing
from farwheel.cli import main
from farwheel.cli.audit import audit
from farwheel.errors import FarwheelError
from farwheel.index import kept
from farwheel.pins import Pin, write_json
from farwheel.pypi import Index
from farwheel.simple import File
from index_repository import PURE, RISCV, Repository, file_name
from package_index import PackageIndex
from waiting import waiting


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pypi: PackageIndex) -> Repository:
    return demo(tmp_path / "repository", monkeypatch, pypi)


def test_what_is_there_is_listed(repository: Repository, capsys: Capture) -> None:
    (row,) = audited(capsys, "Demo>=1", *ONE)
    paths = [repository.wheels / file_name("demo", "1.0", RISCV), *repository.mirror.values()]
    files = [
        {"name": p.name, "sha256": hashlib.sha256(p.read_bytes()).hexdigest(), "size": p.stat().st_size}
        for p in paths
    ]
    said = {"name": "Demo>=1", "arch": "riscv64", "python": "3.13", "wanted": 2, "have": 2}
    assert row == {**said, "missing": [], "files": files}


def test_every_architecture_and_cpython_is_asked_for(repository: Repository, capsys: Capture) -> None:
    rows = [(row["arch"], row["python"], row["have"]) for row in audited(capsys, "demo")]
    assert rows == [
        ("riscv64", "3.13", 2),
        ("riscv64", "3.15", 1),
        ("loongarch64", "3.13", 2),
        ("loongarch64", "3.15", 1),
    ]
    repository.wheel("other", "1.0", "cp311-abi3-manylinux_2_36_loongarch64")
    assert [row["have"] for row in audited(capsys, "other", "--arch", "loongarch64")] == [1, 1]
    assert missing(capsys, "other") == {"other": "recipe there, not built for this CPython"}


@BOTH_KINDS
def test_everything_that_is_missing_is_named_at_once_and_why(
    repository: Repository, pypi: PackageIndex, capsys: Capture
) -> None:
    (repository.packages / "baked").mkdir()
    (repository.packages / "baked/default.nix").touch()
    (repository.packages / "moved").mkdir()
    repository.say("moved", "pin.json", {"version": "1.0"})
    needs = ("compiled", "baked", "moved==2.0", "fresh", "plain", "later", "needed", "demo")
    pypi.add_wheel(
        "top", "1.0", PURE, *needs, "other; sys_platform == 'win32'", "x; platform_machine != 'riscv64'"
    )
    for name in ("baked", "compiled"):
        pypi.add_wheel(name, "1.0", X86)
    pypi.add_sdist("compiled", "1.0")
    pypi.add_wheel("moved", "2.0", X86)
    pypi.add_wheel("fresh", "1.0", "cp314-cp314-manylinux_2_31_riscv64")
    pypi.add_sdist("plain", "1.0", **{"PKG-INFO": "Metadata-Version: 2.1\nRequires-Dist: deeper\n"})
    pypi.add_wheel("deeper", "1.0")
    pypi.pythons[pypi.add_wheel("later", "1.0", X86)] = ">=3.14"
    (row,) = audited(capsys, "top", *ONE)
    assert (row["wanted"], row["have"]) == (10, 2)
    assert [file["name"].split("-")[0] for file in row["files"]] == ["demo", "needed"]
    assert {one["name"]: one["why"] for one in row["missing"]} == {
        "baked": "recipe there, not built for this CPython",
        "compiled": "no wheel: needs a recipe",
        "deeper": "pure wheel, not pinned: audit --pin",
        "fresh": "no wheel: needs a recipe",
        "later": "upstream excludes this Python (it wants >=3.14)",
        "moved": "recipe there, but for 1.0: 2.0 is wanted",
        "plain": "sdist only",
        "top": "pure wheel, not pinned: audit --pin",
    }


def test_an_older_version_that_we_have_is_not_missing(
    repository: Repository, pypi: PackageIndex, capsys: Capture
) -> None:
    repository.wheel("demo", "0.9")
    pypi.add_wheel("demo", "1.1", X86)
    pypi.add_wheel("top", "1.0", PURE, "demo<1")
    assert missing(capsys, "demo", "top") == {"top": "pure wheel, not pinned: audit --pin"}
    # But never is upstream's newest release given up for it.
    pypi.add_wheel("top", "2.0", PURE, "demo>1")
    forget()
    assert missing(capsys, "demo", "top") == {
        "demo": "no wheel: needs a recipe",
        "top": "pure wheel, not pinned: audit --pin",
    }


def test_our_index_alone_may_take_what_nobody_else_would(
    repository: Repository, pypi: PackageIndex, capsys: Capture
) -> None:
    """pip tries older versions until it finds what fits, and so does this."""
    repository.wheel("demo", "1.5", metadata=b"Requires-Dist: needed>=3\n")
    pypi.add_wheel("needed", "3.0")
    (row,) = audited(capsys, "demo", *ONE)
    assert [file["name"].split("-")[1] for file in row["files"]] == ["1.0", "2.0"]


@BOTH_KINDS
def test_wheels_above_the_floor_do_not_count(
    pypi: PackageIndex, repository: Repository, capsys: Capture
) -> None:
    repository.wheel("high", "1.0", "cp313-cp313-manylinux_2_35_riscv64")
    pypi.add_wheel("high", "1.0", X86)
    pypi.add_wheel("higher", "1.0", "cp313-cp313-manylinux_2_39_riscv64")
    assert missing(capsys, "high", "higher", "--from-pypi") == dict.fromkeys(
        ["high", "higher"], "no wheel: needs a recipe"
    )


def test_what_is_pure_can_be_pinned_and_is_there_then(
    repository: Repository, pypi: PackageIndex, capsys: Capture
) -> None:
    names = [pypi.add_wheel("top", "1.0", PURE, "lower", "demo"), pypi.add_wheel("lower", "1.0")]
    pins = repository.root / "closures/pins.json"
    before = json.loads(pins.read_text())["pure"]
    assert audited(capsys, "top", *ONE, "--pin")[0]["have"] == 4
    after = json.loads(pins.read_text())["pure"]
    assert after == before | {name: after[name] for name in names}
    content = pypi.files["top"][names[0]]
    assert after[names[0]] == {
        "registry": "pypi",
        "path": pypi.path(names[0], content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "added": after[names[0]]["added"],
    }
    state = pins.stat()
    # A newer release is no reason to leave what is pinned.
    pypi.add_wheel("top", "2.0", PURE, "lower", "demo")
    forget()
    assert audited(capsys, "top", *ONE, "--pin")[0]["have"] == 4
    assert (pins.stat().st_ino, pins.stat().st_mtime_ns) == (state.st_ino, state.st_mtime_ns)


@pytest.mark.usefixtures("repository")
def test_of_pure_wheels_the_one_for_this_cpython_is_pinned(pypi: PackageIndex, capsys: Capture) -> None:
    """As multiprocess and dill have them; and one for Python 2 may come first."""
    for tag in ("py2-none-any", "py310-none-any", "py313-none-any", "py314-none-any"):
        pypi.add_wheel("top", "1.0", tag)
    (row,) = audited(capsys, "top", *ONE, "--pin")
    assert [file["name"] for file in row["files"]] == ["top-1.0-py313-none-any.whl"]


@pytest.mark.usefixtures("repository")
def test_a_pure_wheel_that_is_not_for_this_cpython_is_not_pinned(pypi: PackageIndex, capsys: Capture) -> None:
    """By its tags it would be the best, but pip would pass it over."""
    for name, tags in {"one": (PURE, "py313-none-any"), "two": ("py313-none-any", PURE)}.items():
        for tag in tags:
            pypi.add_wheel(name, "1.0", tag)
        pypi.pythons[file_name(name, "1.0", "py313-none-any")] = "<3.13"
    (row,) = audited(capsys, "one", "two", *ONE, "--pin")
    assert [file["name"] for file in row["files"]] == [
        file_name(name, "1.0", PURE) for name in ("one", "two")
    ]


@pytest.mark.usefixtures("repository")
def test_what_is_missing_is_not_locked(pypi: PackageIndex, capsys: Capture) -> None:
    pypi.add_wheel("absent", "1.0", X86)
    Path("lock.txt").write_text("before")
    assert main(["audit", "demo", "absent", *ONE, "--lock", "lock.txt"]) == 1
    assert "what is missing cannot be locked" in capsys.readouterr().err
    assert Path("lock.txt").read_text() == "before"


def test_yanked_files_are_taken_last(repository: Repository, pypi: PackageIndex, capsys: Capture) -> None:
    good, bad = (
        repository.wheel("some", "1.0", "cp313-abi3-manylinux_2_31_riscv64"),
        repository.wheel("some", "1.0", RISCV),
    )
    repository.say("some", "yanked.json", {bad: "eats data"})
    assert [file["name"] for file in audited(capsys, "some", *ONE)[0]["files"]] == [good]
    older, newer = repository.wheel("more", "1.0"), repository.wheel("more", "1.1")
    repository.say("more", "yanked.json", {newer: "eats data"})
    for name, version in (("more", "1.0"), ("more", "1.1"), ("absent", "1.0")):
        pypi.add_wheel(name, version, X86)
    assert [file["name"] for file in audited(capsys, "more", "absent", *ONE)[0]["files"]] == [older]


def test_pins_that_another_farwheel_adds_meanwhile_stay(
    repository: Repository, pypi: PackageIndex, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    ours, theirs = pypi.add_wheel("top", "1.0"), file_name("theirs", "1.0", PURE)
    pin = Index.pin

    def slow(index: Index, file: File) -> Pin:
        kept.more(kept.path(repository.packages), [Pin("pypi", f"x/{theirs}", "0" * 64, 1)]).write()
        return pin(index, file)

    monkeypatch.setattr(Index, "pin", slow)
    assert main(["audit", "top", *ONE, "--pin"]) == 0, capsys.readouterr().err
    assert kept.read(repository.root / "closures/pins.json").keys() >= {ours, theirs}


def test_two_that_pin_at_once_take_turns(repository: Repository, pypi: PackageIndex, capsys: Capture) -> None:
    ours, theirs = pypi.add_wheel("top", "1.0"), file_name("theirs", "1.0", PURE)
    pins = kept.path(repository.packages)
    with waiting("pins", lambda: audit(["top"], arch=["riscv64"], python=["cp313"], pin=True), capsys):
        kept.more(pins, [Pin("pypi", f"x/{theirs}", "0" * 64, 1)]).write()
    assert kept.read(pins).keys() >= {ours, theirs}


def test_a_pin_is_never_exchanged(repository: Repository) -> None:
    name = file_name("top", "1.0", PURE)
    row = {
        "registry": "pypi",
        "path": f"x/{name}",
        "sha256": "0" * 64,
        "size": 1,
        "added": "2026-01-01T00:00:00Z",
    }
    file = repository.root / "closures/pins.json"
    write_json(file, {"pure": {name: row}})
    with pytest.raises(FarwheelError, match="is pinned with other bytes"):
        kept.more(file, [Pin("pypi", f"y/{name}", "1" * 64, 1)])
    # Nor does the time change at which it was added.
    assert not kept.more(file, [Pin("pypi", f"x/{name}", "0" * 64, 1)]).needed


def test_kept_sets_become_rows_for_the_pages(
    repository: Repository, pypi: PackageIndex, capsys: Capture
) -> None:
    pypi.add_wheel("lower", "1.0")
    (repository.root / "closures/ours.txt").write_text("# Ours.\ndemo  # the one\n\n")
    (repository.root / "closures/others.txt").write_text("demo\nlower\n")
    rows = audited(capsys, "--all", *ONE)
    missing = [{"name": "lower", "why": "pure wheel, not pinned: audit --pin"}]
    place = {"arch": "riscv64", "python": "3.13"}
    assert rows == [
        {"name": "others", **place, "wanted": 3, "have": 2, "missing": missing},
        {"name": "ours", **place, "wanted": 2, "have": 2, "missing": []},
    ]
    (row,) = audited(capsys, "-r", "others", "-r", "closures/ours.txt", "lower<2", *ONE)
    assert (row["name"], row["wanted"]) == ("lower<2 others ours", 3)


@pytest.mark.usefixtures("repository")
def test_lines_for_people(pypi: PackageIndex, capsys: Capture) -> None:
    pypi.add_wheel("lower", "1.0")
    assert main(["audit", "demo", "lower", *ONE]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "demo lower: riscv64, CPython 3.13: 2 of 3"
    assert re.fullmatch(r"  [0-9a-f]{64} +\d+  demo-1.0-cp313-cp313-manylinux_2_31_riscv64.whl", lines[1])
    assert lines[3] == "  lower: pure wheel, not pinned: audit --pin"
    assert main(["audit", "demo", *ONE]) == 0
    assert capsys.readouterr().out.startswith("demo: riscv64, CPython 3.13: complete\n")


@pytest.mark.usefixtures("repository")
def test_unknown_names_are_missing_beside_what_else_is(pypi: PackageIndex, capsys: Capture) -> None:
    pypi.add_wheel("lower", "1.0", PURE, "nowhere")
    pypi.add_wheel("fine", "1.0")
    found = missing(capsys, "no-such-thing", "demo", "lower", "fine", "nor-this>=2")
    assert found.pop("lower").startswith("cannot be satisfied: Because nowhere was not found")
    assert found == {
        "fine": "pure wheel, not pinned: audit --pin",
        "no-such-thing": "no package index has it",
        "nor-this": "no package index has it",
    }


@pytest.mark.usefixtures("repository")
def test_a_conflict_is_told_in_uvs_words(pypi: PackageIndex, capsys: Capture) -> None:
    pypi.add_wheel("one", "1.0", PURE, "needed<2")
    pypi.add_wheel("two", "1.0", PURE, "needed>=2")
    pypi.add_wheel("needed", "1.0")
    found = missing(capsys, "one", "demo", "two")
    why = found.pop("two")
    assert "needed>=2" in why
    assert "\n" not in why
    assert "hint" not in why
    assert len(why) < 450
    assert found.keys() == {"one", "needed"}


@BOTH_KINDS
def test_upper_bounds_on_python_count_as_they_do_for_pip(
    repository: Repository, pypi: PackageIndex, capsys: Capture
) -> None:
    """uv passes them over."""
    for version, bound in (("1.0", b">=3.10"), ("2.0", b">=3.10, <3.13")):
        repository.wheel("bound", version, metadata=b"Requires-Python: " + bound + b"\n")
    pypi.add_wheel("bound", "1.0", X86)
    pypi.pythons[pypi.add_wheel("early", "1.0")] = "<3.13"
    pypi.pythons[pypi.add_wheel("later", "2.0")] = "<3.13"
    pypi.add_wheel("later", "1.0")
    (row,) = audited(capsys, "bound", *ONE)
    assert [file["name"].split("-")[1] for file in row["files"]] == ["1.0"]
    assert missing(capsys, "bound", "early", "later<2") == {
        "early": "upstream excludes this Python (it wants <3.13)",
        "later": "pure wheel, not pinned: audit --pin",
    }
    assert missing(capsys, "later>=2") == {"later": "upstream excludes this Python (it wants <3.13)"}
