"""`outdated` on what our index offers: upstream may take it back, and our index may have yanked it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from farwheel import nix, targets
from farwheel.cli.sources import upstream
from farwheel.outdated import look
from farwheel.standing import Standing
from index_repository import RISCV, Repository, file_name
from package_index import UPLOADED, PackageIndex
from package_index import serve as serve_index

OLD, NEW = file_name("demo", "1.0", RISCV), file_name("demo", "1.2", RISCV)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve_index(PackageIndex()) as index:
        for version in ("1.0", "1.1", "1.2"):
            index.add_sdist("demo", version)
        monkeypatch.setenv("FARWHEEL_PYPI", index.url)
        yield index


@pytest.fixture
def entry() -> dict[str, Any]:
    """demo 1.2 in the catalogue."""
    return {"version": "1.2", "pythons": ["cp313"], "hold": None}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: dict[str, Any]) -> Repository:
    """demo is at 1.2, and nothing of it is built."""
    found = Repository(tmp_path / "repository")
    found.say("demo", "pin.json", {"name": "demo", "version": "1.2"})
    monkeypatch.setattr(nix, "REPOSITORY", found.root)
    monkeypatch.setattr(targets, "catalogue", lambda: {"demo": entry})
    return found


def demo() -> Standing:
    [found] = look([], upstream(), now=datetime.fromisoformat(UPLOADED) + timedelta(days=10))
    return found


def advise(server: PackageIndex) -> None:
    server.tell("demo/1.2", vulnerabilities=[{"id": "PYSEC-1"}])


def test_what_was_taken_back_wants_attention_until_our_index_says_so(
    server: PackageIndex, repository: Repository
) -> None:
    """Also of an older version that the index still offers."""
    server.yanked |= {"demo-1.2.tar.gz", "demo-1.0.tar.gz"}
    found = demo()
    assert (found.yanked, found.withdraw, found.taken_back) == (True, (), "upstream took 1.2 back")
    assert found.wants_attention, "it is not built yet"
    for version in ("1.0", "1.1", "1.2"):
        repository.wheel("demo", version)
    found = demo()
    assert (found.yanked, found.withdraw, found.wants_attention) == (True, (OLD, NEW), True)
    assert found.taken_back == f"upstream took 1.0 and 1.2 back: name in pkgs/demo/yanked.json {OLD} {NEW}"
    repository.say("demo", "yanked.json", {NEW: "eats data"})
    found = demo()
    assert (found.offered, found.withdraw, found.wants_attention) == (False, (OLD,), True)
    repository.say("demo", "yanked.json", {NEW: "eats data", OLD: "eats data"})
    found = demo()
    assert (found.yanked, found.taken_back, found.wants_attention) == (True, "", False)


def test_what_is_deleted_counts_as_taken_back(server: PackageIndex, repository: Repository) -> None:
    repository.wheel("demo", "1.0")
    assert demo().withdraw == ()
    del server.files["demo"]["demo-1.0.tar.gz"]
    assert demo().withdraw == (OLD,)


def test_a_quarantined_project_offers_nothing(server: PackageIndex, repository: Repository) -> None:
    repository.wheel("demo", "1.0")
    server.yanked.add("demo-1.0.tar.gz")
    repository.say("demo", "status.json", {"status": "quarantined", "reason": "it eats data"})
    assert not demo().wants_attention


def test_what_our_index_has_yanked_has_no_vulnerability_to_mind(
    server: PackageIndex, repository: Repository
) -> None:
    advise(server)
    repository.wheel("demo", "1.2")
    assert demo().wants_attention
    repository.say("demo", "yanked.json", {NEW: "PYSEC-1"})
    assert not demo().wants_attention


def test_where_upstream_took_everything_back_the_files_are_told_too(
    server: PackageIndex, repository: Repository
) -> None:
    repository.wheel("demo", "1.0")
    server.yanked |= set(server.files["demo"])
    found = demo()
    assert (found.trouble, found.withdraw) == ("upstream has no final release that is not yanked", (OLD,))


@pytest.mark.usefixtures("server", "repository")
def test_a_hold_is_told_where_nothing_is_newer_too(entry: dict[str, Any]) -> None:
    """`bump` then knows that a person knows."""
    entry["hold"] = "1.1 crashes on LSX"
    found = demo()
    assert (found.newest, found.held) == (Version("1.2"), "hold: 1.1 crashes on LSX")
