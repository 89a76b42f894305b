"""A wheel compared with upstream's of the same release, for another platform."""

import json
from pathlib import Path

import pytest

import wheels
from elves import Elf
from farwheel.cli import main
from farwheel.verify import AGAINST, verify
from package_index import PackageIndex
from wheels import INFO

THEIRS = "demo-1.0-cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
THEIR_EXTENSION = "demo/fast.cpython-313-x86_64-linux-gnu.so"


def found(folder: Path, ours: wheels.Changes, theirs: wheels.Changes, **names: str) -> dict[str, str]:
    """By what differs, what is said of it."""
    mine = wheels.build(folder, ours, **names)
    other = wheels.build(folder, {wheels.EXTENSION: None, THEIR_EXTENSION: Elf("x86_64"), **theirs}, THEIRS)
    report = verify(mine, upstreams=other)
    assert not report.refused
    return {finding.where: finding.message for finding in report.findings[AGAINST]}


def test_what_the_platform_explains_is_no_difference(tmp_path: Path) -> None:
    assert found(tmp_path, {}, {}) == {}


def test_another_spelling_of_a_requirement_is_no_difference(tmp_path: Path) -> None:
    metadata = f"{INFO}/METADATA"
    ours = {
        metadata: wheels.METADATA + 'Requires-Dist: Sphinx_Theme>=1,<2; os_name == "nt" and extra == "dev"\n'
    }
    theirs = {
        metadata: wheels.METADATA + "Requires-Dist: sphinx-theme <2,>=1 ; (os_name=='nt') and extra=='dev'\n"
    }
    assert found(tmp_path, ours, theirs) == {}


@pytest.mark.parametrize(
    ("ours", "theirs", "what", "message"),
    [
        (
            {},
            {"demo/_codec.cpython-313-x86_64-linux-gnu.so": Elf()},
            "module demo/_codec",
            f"only {THEIRS} has it",
        ),
        ({"demo/_own.abi3.so": Elf()}, {}, "module demo/_own", f"{THEIRS} lacks it"),
        ({}, {"demo/data.json": "{}"}, "file demo/data.json", f"only {THEIRS} has it"),
        ({}, {"demo-1.0.data/purelib/demo/a.py": ""}, "file demo/a.py", f"only {THEIRS} has it"),
        ({"demo/__init__.py": "fast = False"}, {}, "file demo/__init__.py", f"differs from that of {THEIRS}"),
        (
            {},
            {"demo-1.0.data/scripts/tool": Elf()},
            "program demo-1.0.data/scripts/tool",
            f"only {THEIRS} has it",
        ),
        ({}, {f"{INFO}/licenses/AUTHORS.LICENSE": "x"}, "licence AUTHORS.LICENSE", f"only {THEIRS} has it"),
        ({}, {"demo.libs/libpng16-0c25a27e.so.16": Elf()}, "library png16", f"only {THEIRS} has it"),
        (
            {},
            {f"{INFO}/METADATA": wheels.METADATA + "Requires-Dist: six\n"},
            "requires-dist six",
            f"only {THEIRS} has it",
        ),
        (
            {f"{INFO}/entry_points.txt": "[console_scripts]\n"},
            {},
            "file entry_points.txt",
            f"{THEIRS} lacks it",
        ),
    ],
)
def test_differences(
    tmp_path: Path, ours: wheels.Changes, theirs: wheels.Changes, what: str, message: str
) -> None:
    assert found(tmp_path, ours, theirs) == {what: message}


def test_another_abi_is_a_difference(tmp_path: Path) -> None:
    names = found(tmp_path, {}, {}, name="demo-1.0-cp311-abi3-manylinux_2_31_riscv64.whl")
    assert set(names) == {"tag cp311-abi3", "tag cp313-cp313"}


def test_a_library_that_ours_links_statically_is_there(tmp_path: Path) -> None:
    entry = {"name": "libpng", "version": "1", "license": "libpng-2.0", "sha256": "0", "linked": "static"}
    ours = {
        f"{INFO}/farwheel/libraries.json": json.dumps([{**entry, "files": ["png/LICENSE"]}]),
        f"{INFO}/licenses/png/LICENSE": "libpng",
    }
    assert found(tmp_path, ours, {"demo.libs/libpng16-0c25a27e.so.16": Elf()}) == {}


def test_an_explained_difference_is_a_note_and_a_stale_explanation_too(tmp_path: Path) -> None:
    ours, theirs = wheels.build(tmp_path, {"demo/more.txt": "x"}), wheels.build(tmp_path, name=THEIRS)
    allowed = {"against": {"file demo/*": "we like it", "module *": "gone"}}
    explained = verify(ours, allowed, theirs).findings[AGAINST]
    assert [(one.where, one.severity) for one in explained] == [
        ("file demo/more.txt", "note"),
        ("module *", "note"),
    ]
    assert explained[0].message == f"{THEIRS} lacks it (allowed: we like it)"
    assert explained[1].message == "is allowed (gone) and need not be"


def test_the_verb(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ours = str(wheels.build(tmp_path, {"demo/more.txt": "x"}))
    theirs = str(wheels.build(tmp_path, name=THEIRS))
    assert main(["verify", ours, "--against", theirs]) == 1
    out = capsys.readouterr().out
    assert f"  FAIL  against: file demo/more.txt: {THEIRS} lacks it\n" in out
    exceptions = tmp_path / "verify.json"
    exceptions.write_text(json.dumps({"against": {"file demo/more.txt": "upstream forgot it"}}))
    assert main(["verify", ours, "--against", theirs, "--allow", str(exceptions)]) == 0
    assert main(["verify", "--explain", AGAINST]) == 0
    assert "optional extension" in capsys.readouterr().out
    assert main(["verify", ours, theirs, "--against", theirs]) == 2
    assert "say --against upstream" in capsys.readouterr().err


def test_what_cannot_be_compared(tmp_path: Path) -> None:
    ours = wheels.build(tmp_path)
    later = wheels.build(tmp_path, name="demo-2.0-cp313-cp313-manylinux_2_17_x86_64.whl")
    assert verify(ours, upstreams=later).refused == f"it is not the release of {later.name}"
    assert verify(ours, upstreams=tmp_path / "gone" / THEIRS).refused == (
        f"{THEIRS}, to compare it with, cannot be read: No such file or directory"
    )
    broken = tmp_path / THEIRS
    broken.write_bytes(b"<html>")
    assert verify(ours, upstreams=broken).refused.startswith(f"{THEIRS} is no wheel to compare it with: it ")


@pytest.mark.parametrize(
    ("name", "published", "taken"),
    [
        (wheels.NAME, [], None),
        (wheels.NAME, ["cp313-cp313-musllinux_1_2_x86_64", "cp312-cp312-manylinux_2_17_x86_64"], None),
        (
            wheels.NAME,
            ["cp39-abi3-manylinux_2_17_x86_64", "cp313-cp313-manylinux_2_17_aarch64"],
            "cp39-abi3-manylinux_2_17_x86_64",
        ),
        (
            wheels.NAME,
            ["cp311-abi3-manylinux_2_17_x86_64", "cp313-cp313-manylinux_2_28_x86_64"],
            "cp313-cp313-manylinux_2_28_x86_64",
        ),
        (
            wheels.NAME,
            [f"{build}cp313-cp313-manylinux_2_17_x86_64" for build in ("", "1-", "10-", "9-")],
            "10-cp313-cp313-manylinux_2_17_x86_64",
        ),
        (
            "demo-1.0-cp39-abi3-manylinux_2_31_riscv64.whl",
            ["cp311-abi3-manylinux_2_17_x86_64"],
            "cp311-abi3-manylinux_2_17_x86_64",
        ),
    ],
)
def test_upstreams_wheel_comes_from_its_index(
    name: str,
    published: list[str],
    taken: str | None,
    tmp_path: Path,
    package_index: PackageIndex,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("FARWHEEL_PYPI", package_index.url)
    for tag in published:
        package_index.add_wheel("demo", "1.0", tag)
        package_index.add_wheel("demo", "1.1", tag)
    ours = wheels.build(tmp_path, name=name)
    assert main(["verify", "--json", "--against", "upstream", str(ours)]) == (1 if taken else 0)
    said = capsys.readouterr()
    (report,) = json.loads(said.out)
    found = [finding["message"] for finding in report["findings"] if finding["rule"] == AGAINST]
    assert (AGAINST in report["rules"]) == bool(taken)
    assert ("upstream has no x86-64 wheel" in said.err) == (taken is None)
    assert not taken or f"demo-1.0-{taken}.whl lacks it" in found
