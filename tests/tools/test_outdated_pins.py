"""`outdated` on the pure wheels of others that the index carries."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from farwheel import nix, targets
from farwheel.cli import main
from farwheel.cli.sources import upstream
from farwheel.outdated import look
from farwheel.pins import write_json
from farwheel.standing import Standing
from index_repository import RISCV, Repository
from package_index import UPLOADED, PackageIndex
from package_index import serve as serve_index

UPLOAD = datetime.fromisoformat(UPLOADED)
LATER = UPLOAD + timedelta(days=10)
ADVISORY = {"id": "PYSEC-1", "aliases": [], "fixed_in": ["1.1"], "summary": "It breaks."}


@pytest.fixture(params=["json", "html"])
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve_index(PackageIndex(kind=request.param)) as index:
        for version in ("1.0", "1.1"):
            index.add_wheel("pure", version)
        monkeypatch.setenv("FARWHEEL_PYPI", index.url)
        yield index


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """No packages, and pure 1.0 pinned."""
    found = Repository(tmp_path / "repository")
    found.pin("pure", "1.0")
    monkeypatch.setattr(nix, "REPOSITORY", found.root)
    monkeypatch.setattr(nix, "ensure", lambda: None)
    monkeypatch.setattr(targets, "catalogue", dict)
    return found


def pure(*, now: datetime = LATER) -> Standing:
    [found] = look([], upstream(), now=now)
    return found


@pytest.mark.usefixtures("server")
def test_a_newer_pure_wheel(repository: Repository) -> None:
    found = pure()
    assert (found.name, found.pinned, found.ours, found.take) == (
        "pure",
        True,
        Version("1.0"),
        Version("1.1"),
    )
    assert (found.age_days, found.held, found.wants_attention) == (10, None, True)
    repository.pin("pure", "1.1")
    found = pure()
    assert (found.ours, found.take, found.wants_attention) == (Version("1.1"), None, False)


def test_what_no_machine_of_ours_could_take_is_passed_over(server: PackageIndex) -> None:
    server.add_wheel("pure", "1.2", "cp313-cp313-manylinux_2_28_x86_64")
    server.add_sdist("pure", "1.2")
    found = pure()
    assert (found.newest, found.take) == (Version("1.2"), Version("1.1"))
    assert found.held == "pure: there is no wheel for every platform"
    server.pythons[server.add_wheel("pure", "1.3")] = ">=3.99"
    old = server.add_wheel("pure", "1.3", "py2-none-any")
    found = pure()
    assert (found.newest, found.take) == (Version("1.3"), Version("1.1"))
    assert found.held == f"python: no wheel for our CPythons among pure-1.3-py3-none-any.whl {old}"


def test_cooldown_and_what_does_not_wait_for_it(server: PackageIndex) -> None:
    young = UPLOAD + timedelta(hours=12)
    assert pure(now=young).held == "cooldown: 2.5 of 3 days are left"
    server.tell("pure/1.0", vulnerabilities=[ADVISORY])
    found = pure(now=young)
    assert (found.take, found.security) == (Version("1.1"), True)


def test_a_vulnerability_without_a_cure_wants_attention(server: PackageIndex) -> None:
    del server.files["pure"]["pure-1.1-py3-none-any.whl"]
    server.tell("pure/1.0", vulnerabilities=[ADVISORY])
    found = pure()
    assert (found.take, found.wants_attention) == (None, True)


def test_yanked_files_of_any_version(server: PackageIndex, repository: Repository) -> None:
    old, new = "pure-1.0-py3-none-any.whl", repository.pin("pure", "1.1")
    server.yanked.add(old)
    found = pure()
    assert (found.ours, found.yanked, found.withdraw) == (Version("1.1"), False, (old,))
    assert found.taken_back == f"upstream took 1.0 back: name in closures/yanked.json {old}"
    assert found.wants_attention
    write_json(repository.root / "closures/yanked.json", {old: "eats data", new: "eats data"})
    server.yanked.add(new)
    server.add_wheel("pure", "1.2")
    found = pure()
    assert (found.taken_back, found.take) == ("", Version("1.2"))


def test_what_wants_another_version_of_ours_is_held_back(
    server: PackageIndex, repository: Repository
) -> None:
    repository.wheel("demo", "1.0", RISCV)
    repository.say("demo", "pin.json", {"version": "1.0"})
    needs = ("Demo >=2", "demo>3; extra == 'more'", "demo>3; python_version < '3'", "other>9")
    server.add_wheel("pure", "1.2", "py3-none-any", *needs)
    found = pure()
    assert (found.take, found.held) == (Version("1.1"), "needs: it wants Demo>=2, ours is 1.0")
    server.add_wheel("pure", "1.3", "py3-none-any", "demo>=1", *needs[1:])
    assert pure().take == Version("1.3")


@pytest.mark.usefixtures("server")
def test_what_a_recipe_has_taken_the_place_of_is_not_told(repository: Repository) -> None:
    repository.say("pure", "pin.json", {"version": "1.1"})
    assert look([], upstream(), now=LATER) == []


@pytest.mark.usefixtures("server")
def test_a_project_that_is_gone_does_not_spoil_the_rest(repository: Repository) -> None:
    repository.pin("gone", "1.0")
    gone, found = look([], upstream(), now=LATER)
    assert (gone.pinned, "no package index has gone" in gone.trouble) == (True, True)
    assert found.take == Version("1.1")
    assert look(["pure"], upstream(), now=LATER) == [found]


@pytest.mark.usefixtures("server")
def test_the_verb(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    known: dict[str, Any] = {}
    monkeypatch.setattr(targets, "catalogue", lambda: known)
    assert main(["outdated"]) == 1
    said = capfd.readouterr().out.splitlines()
    assert said[0].startswith("pure  1.0 pinned -> 1.1, ")
    assert main(["outdated", "--json", "Pure"]) == 1
    [row] = json.loads(capfd.readouterr().out)
    assert (row["name"], row["pinned"], row["ours"], row["take"]) == ("pure", True, "1.0", "1.1")
    assert main(["outdated", "absent"]) == 2
