"""`audit --pin --upgrade`: pins move as far as all that needs them goes along."""

from pathlib import Path

import pytest

from audits import BOTH_KINDS, ONE, X86, Capture, audited, demo, failed, forget
from farwheel.index import kept
from index_repository import PURE, Repository
from package_index import PackageIndex


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pypi: PackageIndex) -> Repository:
    """demo 1.0, which needs `needed`, of which 2.0 is pinned and 2.1 came out."""
    found = demo(tmp_path / "repository", monkeypatch, pypi)
    pypi.add_wheel("needed", "2.1")
    return found


def pin(repository: Repository, pypi: PackageIndex, project: str, version: str, *needs: str) -> None:
    lines = "".join(f"Requires-Dist: {text}\n" for text in needs)
    name = repository.pin(project, version, metadata=lines.encode())
    pypi.add(project, name, repository.mirror[name].read_bytes())


def upgraded(repository: Repository, capsys: Capture, *words: str) -> set[str]:
    """The pins that an upgrade adds; those that were there stay, and a second one changes nothing."""
    file = kept.path(repository.packages)
    before = kept.read(file)
    audited(capsys, *words, "--pin", "--upgrade")
    after, state = kept.read(file), file.stat()
    assert {name: after[name] for name in before} == before
    audited(capsys, *words, "--pin", "--upgrade")
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (state.st_ino, state.st_mtime_ns)
    return {name.removesuffix(f"-{PURE}.whl") for name in after.keys() - before.keys()}


@BOTH_KINDS
def test_what_is_pinned_moves(repository: Repository, pypi: PackageIndex, capsys: Capture) -> None:
    pypi.add_wheel("needed", "3.0rc1")
    pypi.add_wheel("needed", "3.0", X86)
    pypi.pythons[pypi.add_wheel("needed", "2.9")] = "<3.13"
    assert upgraded(repository, capsys, "demo", *ONE) == {"needed-2.1"}
    (row,) = audited(capsys, "demo", *ONE)
    assert [file["name"].split("-")[1] for file in row["files"]] == ["1.0", "2.1"]


def test_without_being_asked_nothing_moves(repository: Repository, capsys: Capture) -> None:
    before = kept.read(kept.path(repository.packages))
    audited(capsys, "demo", *ONE, "--pin")
    assert kept.read(kept.path(repository.packages)) == before
    assert "--upgrade goes with --pin" in failed(capsys, "demo", "--upgrade")


def test_as_far_as_the_others_let_it(repository: Repository, pypi: PackageIndex, capsys: Capture) -> None:
    pin(repository, pypi, "top", "1.0", "needed<2.5")
    for version in ("2.4", "3.0"):
        pypi.add_wheel("needed", version)
    assert upgraded(repository, capsys, "top", "demo", *ONE) == {"needed-2.4"}


def test_two_that_only_go_together(repository: Repository, pypi: PackageIndex, capsys: Capture) -> None:
    pin(repository, pypi, "top", "1.0", "low==1.0")
    pin(repository, pypi, "low", "1.0")
    pypi.add_wheel("top", "2.0", PURE, "low==2.0", "new")
    pypi.add_wheel("low", "2.0")
    pypi.add_wheel("new", "1.0")
    assert upgraded(repository, capsys, "top", *ONE) == {"top-2.0", "low-2.0", "new-1.0"}


@pytest.mark.parametrize("built", ["cp313", "cp315"])
def test_ours_stay_where_they_are_even_where_they_are_not_built(
    repository: Repository, pypi: PackageIndex, capsys: Capture, built: str
) -> None:
    repository.say("demo", "pin.json", {"version": "1.0"})
    pin(repository, pypi, "top", "1.0", "demo==1.0")
    pypi.add_wheel("top", "1.1", PURE, "demo==1.0")
    pypi.add_wheel("top", "2.0", PURE, "middle")
    pypi.add_wheel("middle", "1.0", PURE, "demo==2.0")
    pypi.add_wheel("demo", "2.0", X86)
    words = ("top", "--arch", "riscv64", "--python", built)
    assert "top-1.1" in upgraded(repository, capsys, *words)
    assert "top-2.0-py3-none-any.whl" not in kept.read(kept.path(repository.packages))


def test_what_cannot_be_installed_is_not_gone_to(
    repository: Repository, pypi: PackageIndex, capsys: Capture
) -> None:
    pin(repository, pypi, "top", "1.0")
    pypi.add_wheel("top", "2.0", PURE, "compiled")
    pypi.add_wheel("compiled", "1.0", X86)
    assert upgraded(repository, capsys, "top", *ONE) == set()


def test_what_is_missing_anyway_keeps_nothing_back(
    repository: Repository, pypi: PackageIndex, capsys: Capture
) -> None:
    pin(repository, pypi, "top", "1.0", "compiled")
    pypi.add_wheel("compiled", "1.0", X86, "needed<2")
    pypi.add_wheel("top", "2.0", PURE, "compiled")
    pypi.add_wheel("needed", "1.9")
    assert upgraded(repository, capsys, "top", *ONE) == {"top-2.0", "needed-1.9"}


def test_what_only_wants_pins_gets_them(repository: Repository, pypi: PackageIndex, capsys: Capture) -> None:
    pypi.add_wheel("top", "2.0", PURE, "needed>2")
    assert upgraded(repository, capsys, "top", *ONE) == {"top-2.0", "needed-2.1"}


def test_young_releases_wait(repository: Repository, pypi: PackageIndex, capsys: Capture) -> None:
    words = ("demo", *ONE, "--cooldown", "1000000")
    assert upgraded(repository, capsys, *words) == set()
    pypi.tell("needed/2.0", vulnerabilities=[{"id": "PYSEC-1", "fixed_in": ["2.1"]}])
    assert upgraded(repository, capsys, *words) == {"needed-2.1"}


def test_where_no_index_tells_ages_nothing_moves(
    repository: Repository, pypi: PackageIndex, capsys: Capture
) -> None:
    pypi.with_upload_times = False
    assert upgraded(repository, capsys, "demo", *ONE) == set()
    assert upgraded(repository, capsys, "demo", *ONE, "--cooldown", "0") == {"needed-2.1"}


def test_what_upstream_took_back_is_left(repository: Repository, pypi: PackageIndex, capsys: Capture) -> None:
    pypi.add_wheel("needed", "1.9")
    pypi.yanked |= {"needed-2.0-py3-none-any.whl", "needed-2.1-py3-none-any.whl"}
    forget()
    assert upgraded(repository, capsys, "demo", *ONE) == {"needed-1.9"}
