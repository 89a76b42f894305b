"""Branches of others, releases that are no good, recipes that say no, and what a caller may ask for."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import bump_world
from bump_world import World, released
from farwheel.errors import FarwheelError
from github_server import FakeGitHub
from github_state import SLUG, Answer


@pytest.fixture
def it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with released(tmp_path, monkeypatch, "html") as made:
        yield made


def test_a_branch_of_that_name_is_somebody_elses(it: World) -> None:
    it.git("branch", "bump/alpha", "main")
    with it.person("bump/alpha") as tree:
        (tree / "notes").write_text("mine\n")
    branches = it.branches()
    assert it.night() == {"alpha": "left"}
    assert (it.branches(), it.open(), it.prover.built) == (branches, {}, [])


def test_a_branch_that_only_marks_a_commit_of_main_is_nobodys(it: World) -> None:
    it.git("branch", "bump/alpha", "main")
    assert it.night() == {"alpha": "opened"}


def test_a_commit_that_a_person_amended_is_theirs(it: World) -> None:
    it.night()
    message = it.git("log", "-1", "--format=%B", "bump/alpha")
    amended = it.git("commit-tree", "main^{tree}", "-p", "bump/alpha^", "-m", message)
    it.git("update-ref", "refs/heads/bump/alpha", amended)
    it.release("alpha", "1.2")
    it.later(5)
    assert it.night() == {"alpha": "left"}
    assert it.branches()["bump/alpha"] == amended


def test_a_fork_with_a_branch_of_that_name_is_none_of_ours(it: World) -> None:
    made = it.github.state.open_by_hand("bump/alpha", "0" * 40, "stranger/wheels")
    assert it.night() == {"alpha": "opened"}
    assert it.github.state.pulls[made["number"]]["title"] == "by hand"
    assert len(it.github.state.pulls) == 2


def test_a_release_whose_file_vanished_is_left_for_another_day(it: World) -> None:
    name = "alpha-1.1.tar.gz"
    it.index.broken.add(it.index.path(name, it.index.files["alpha"][name]))
    [row] = it.rows()
    assert (row.did, "HTTP 503" in row.why) == ("trouble", True)
    assert (list(it.branches()), it.open()) == (["main"], {})
    it.index.broken.clear()
    assert it.night() == {"alpha": "opened"}


def test_bytes_that_changed_under_a_name_are_an_alarm(it: World) -> None:
    it.index.add_sdist("alpha", "1.0", setup__py="import os\n")
    [row] = it.rows()
    assert row.did == "alarm"
    assert "alpha-1.0.tar.gz has other bytes at the package index than were pinned" in row.why
    assert (it.prover.built, it.open()) == ([], {})


def test_bytes_that_changed_after_we_proposed_them_are_an_alarm(it: World) -> None:
    it.night()
    it.index.add_sdist("alpha", "1.1", setup__py="import os\n")
    tip = it.branches()["bump/alpha"]
    assert it.night() == {"alpha": "alarm"}
    assert it.branches()["bump/alpha"] == tip


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"PKG-INFO": "Metadata-Version: 2.1\nName: omega\nVersion: 1.2\n"}, "that it is omega 1.2"),
        ({"pyproject__toml": '[build-system]\nrequires = ["nowhere"]\n'}, "that satisfy: nowhere"),
        ({"pyproject__toml": "["}, "pyproject.toml cannot be read"),
        (
            {"pyproject__toml": '[build-system]\nrequires = ["setup tools"]\n'},
            "does not say what it requires",
        ),
        ({"info": "Requires-Dist: dep >=1.0 or something\n"}, "dep >=1.0 or something"),
        ({"info": "Requires-Python: >=3.5.*\n"}, "Invalid specifier: '>=3.5.*'"),
    ],
)
def test_a_release_that_cannot_be_locked_is_a_draft(it: World, files: dict[str, str], said: str) -> None:
    it.release("alpha", "1.2", **files)
    it.later(5)
    assert it.night() == {"alpha": "opened"}
    pull = it.pull("alpha")
    assert (pull["title"], pull["draft"]) == ("alpha: 1.0 -> 1.2 (lock fails)", True)
    assert said in pull["body"].replace("\\", "")
    assert it.git("diff", "main", "bump/alpha") == ""


def test_what_it_needs_to_run_comes_with_it(it: World) -> None:
    needed = it.index.add_wheel("dep", "1.0")
    it.index.uploaded[needed] = it.now.isoformat()
    it.release("alpha", "1.2", info="Requires-Dist: dep\n")
    it.later(5)
    assert it.night() == {"alpha": "opened"}
    assert it.prover.unseen == []
    changed = it.git("diff", "--name-only", "main", "bump/alpha").split()
    assert changed == ["closures/pins.json", "pkgs/alpha/pin.json", "pkgs/alpha/wheels.json"]


def test_what_built_and_fails_on_the_main_branch_of_today_becomes_a_draft(it: World) -> None:
    it.night()
    with it.person("main") as tree:
        pin = tree / "pkgs/alpha/pin.json"
        pin.write_text(pin.read_text().replace('"version": "1.0"', '"version": "1.0"  '))
    it.prover.broken.add("alpha 1.1")
    assert it.night() == {"alpha": "opened"}
    assert it.github.state.comments[1] == ["Closed: 1.1 fails: a new pull request has it."]
    assert (it.pull("alpha")["number"], it.pull("alpha")["draft"]) == (2, True)


def test_a_draft_that_a_person_made_of_it_stays_one(it: World) -> None:
    it.night()
    it.pull("alpha")["draft"] = True
    it.release("alpha", "1.2")
    it.later(5)
    assert it.night() == {"alpha": "updated"}
    pull = it.pull("alpha")
    assert (pull["number"], pull["draft"], pull["title"]) == (1, True, "alpha: 1.0 -> 1.2")


def test_a_pull_request_without_the_bots_marker_is_a_persons(it: World) -> None:
    it.night()
    it.pull("alpha")["body"] = "My own words."
    it.release("alpha", "1.2")
    it.later(5)
    assert it.night() == {"alpha": "kept"}
    assert it.pull("alpha")["body"] == "My own words."


def test_what_a_person_closes_stays_closed_whatever_it_says(it: World) -> None:
    it.night()
    it.pull("alpha")["body"] += "\n\n## Summary\n\nBy somebody's app."
    assert it.night() == {"alpha": "kept"}
    it.pull("alpha")["state"] = "closed"
    assert it.night() == {"alpha": "nothing"}
    it.github.state.pulls[1]["body"] = "My own words."
    assert it.night() == {"alpha": "nothing"}
    it.release("alpha", "1.2")
    it.later(5)
    assert it.night() == {"alpha": "opened"}


def test_a_hold_is_respected_and_closes_what_is_open(it: World) -> None:
    assert it.night() == {"alpha": "opened"}
    it.recipe("alpha", '{ hold = "waits for beta"; }\n')
    [row] = it.rows()
    assert (row.did, row.why) == ("closed", "hold: waits for beta")
    assert it.github.state.comments[1] == ["Closed: hold: waits for beta."]
    it.recipe("alpha")
    assert it.night() == {"alpha": "opened"}, "the bot's own closing is no refusal"


def test_what_upstream_covers_is_proposed_for_retirement(it: World) -> None:
    it.wheels_of_upstream("alpha", "1.1")
    assert it.night() == {"alpha": "opened"}
    pull = it.pull("alpha")
    assert pull["title"] == "alpha: retire, upstream has wheels of its own"
    assert "`alpha-1.1-cp313-cp313-manylinux_2_31_riscv64.whl`" in pull["body"]
    assert it.night() == {"alpha": "kept"}
    status = json.loads(it.git("show", "bump/alpha:pkgs/alpha/status.json"))
    assert status["status"] == "archived"
    it.merge(pull["number"])
    it.release("alpha", "1.2")
    it.later(5)
    assert it.night() == {"alpha": "nothing"}


def test_a_retirement_that_was_closed_lets_bumps_through(it: World) -> None:
    it.wheels_of_upstream("alpha", "1.1")
    it.night()
    it.pull("alpha")["state"] = "closed"
    assert it.night() == {"alpha": "opened"}
    assert it.pull("alpha")["title"] == "alpha: 1.0 -> 1.1"
    assert it.night() == {"alpha": "kept"}


def test_a_retirement_that_was_closed_with_nothing_newer(it: World) -> None:
    it.night()
    it.merge(it.pull("alpha")["number"])
    it.wheels_of_upstream("alpha", "1.1")
    assert it.night() == {"alpha": "opened"}
    it.pull("alpha")["state"] = "closed"
    assert [row.why for row in it.rows()] == ["somebody closed it"]
    assert it.night() == {"alpha": "nothing"}


def test_a_hold_closes_a_retirement(it: World) -> None:
    it.wheels_of_upstream("alpha", "1.1")
    it.night()
    it.recipe("alpha", '{ hold = "we keep it"; }\n')
    assert [(row.did, row.why) for row in it.rows()] == [("closed", "hold: we keep it")]
    assert it.night() == {"alpha": "nothing"}


def test_under_the_repositorys_old_name_nothing_is_done(it: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """GitHub redirects, and its answers then are nobody's by that name: what is closed would come again."""
    it.night()
    it.pull("alpha")["state"] = "closed"
    real = FakeGitHub.answer

    def answer(
        server: FakeGitHub, method: str, target: str, headers: Mapping[str, str], body: Any
    ) -> Answer | None:
        if not target.startswith("/repos/far/old/"):
            return real(server, method, target, headers, body)
        to = server.state.url + target.replace("/far/old/", f"/{SLUG}/")
        return Answer(301 if method == "GET" else 307, {"message": "Moved Permanently"}, {"Location": to})

    with monkeypatch.context() as patch:
        patch.setattr(FakeGitHub, "answer", answer)
        patch.setattr(bump_world, "SLUG", "far/old")
        with pytest.raises(FarwheelError, match="somewhere else now") as told:
            it.night()
    assert "GITHUB_REPOSITORY" in told.value.hint
    assert len(it.github.state.pulls) == 1


def test_a_package_that_is_gone_takes_its_pull_request_with_it(it: World) -> None:
    it.night()
    with it.person("main") as tree:
        it.git("rm", "-r", "--quiet", "pkgs/alpha", at=tree)
    branches, writes = it.branches(), list(it.github.writes)
    assert [row.did for row in it.rows(dry=True)] == ["would"]
    assert (it.branches(), it.github.writes) == (branches, writes)
    assert it.night() == {"alpha": "closed"}
    assert it.github.state.comments[1] == ["Closed: alpha is not in pkgs/ any more."]
    assert (it.open(), list(it.branches())) == ({}, ["main"])


def test_a_branch_of_somebody_elses_outlives_its_package(it: World) -> None:
    it.git("branch", "bump/alpha", "main")
    with it.person("bump/alpha") as tree:
        (tree / "notes").write_text("mine\n")
    with it.person("main") as tree:
        it.git("rm", "-r", "--quiet", "pkgs/alpha", at=tree)
    branches = it.branches()
    assert it.night() == {"alpha": "left"}
    assert it.branches() == branches


def test_a_dry_run_writes_nothing_and_tells_all(it: World) -> None:
    branches = it.branches()
    [row] = it.rows(dry=True)
    assert (row.did, row.title) == ("would", "alpha: 1.0 -> 1.1")
    assert "git fetch origin bump/alpha" in row.body
    [without] = it.rows(dry=True, token="")
    assert without.body == row.body
    assert (it.github.writes, it.branches()) == ([], branches)
    it.night()
    assert [row.did for row in it.rows(dry=True)] == ["kept"]


def test_of_two_that_are_made_in_a_run_each_changes_its_own_files(it: World) -> None:
    it.release("beta", "1.0")
    it.recipe("beta")
    it.release("beta", "1.1")
    it.later(5)
    assert it.night() == {"alpha": "opened", "beta": "opened"}
    for name in ("alpha", "beta"):
        changed = it.git("diff", "--name-only", "main", f"bump/{name}").split()
        assert changed == [f"pkgs/{name}/pin.json", f"pkgs/{name}/wheels.json"]


def test_at_most_so_many_are_built_in_a_run(it: World) -> None:
    it.release("beta", "1.0")
    it.recipe("beta")
    it.release("beta", "1.1")
    it.later(5)
    it.github.state.page = 1
    assert it.night(most=0) == {"alpha": "later", "beta": "later"}
    assert it.prover.built == it.github.writes == []
    assert it.night(most=1) == {"alpha": "opened", "beta": "later"}
    assert it.night(most=1) == {"alpha": "kept", "beta": "opened"}
    assert it.night(most=1) == {"alpha": "kept", "beta": "kept"}


def test_again_makes_anew_what_rests(it: World) -> None:
    it.prover.broken.add("alpha 1.1")
    it.night()
    assert it.night("alpha") == {"alpha": "kept"}
    it.prover.broken.clear()
    assert it.night("alpha", again=True) == {"alpha": "opened"}
    assert not it.pull("alpha")["draft"]
    it.pull("alpha")["state"] = "closed"
    assert it.night("alpha") == {"alpha": "nothing"}
    assert it.night("alpha", again=True) == {"alpha": "opened"}


def test_the_users_checkout_and_hooks_are_left_alone(it: World) -> None:
    before = it.git("status", "--porcelain=v2", "--branch", at=it.checkout)
    (it.checkout / "mine").write_text("mine")
    for name in ("post-checkout", "pre-push", "pre-commit", "commit-msg"):
        hook = it.checkout / ".git/hooks" / name
        hook.write_text("#!/bin/sh\nexit 1\n")
        hook.chmod(0o755)
    assert it.night() == {"alpha": "opened"}
    after = it.git("status", "--porcelain=v2", "--branch", at=it.checkout)
    assert after == f"{before}\n? mine"
    assert it.git("worktree", "list", at=it.checkout).count("\n") == 0
    assert it.git("branch", at=it.checkout) == "* main"
