"""Bad luck: machines, networks and tokens that fail, two at once; nothing is lost, nothing opened twice."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bump_prover import Prover
from bump_world import World, released
from farwheel.bump.body import Evidence
from farwheel.bump.pulls import Pull, Pulls
from farwheel.errors import FarwheelError
from farwheel.github import GitHubError
from github_state import Answer, error
from waiting import waiting


class Crash(BaseException):
    """The machine goes away."""


@pytest.fixture
def it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with released(tmp_path, monkeypatch, "json") as made:
        yield made


def crash_at(step: str, it: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that ends before a request to GitHub."""

    def crash(*_: Any, **__: Any) -> Any:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(Pulls, step, crash)
        with pytest.raises(Crash):
            it.night()


def test_a_crash_between_push_and_pull_request(it: World, monkeypatch: pytest.MonkeyPatch) -> None:
    crash_at("create", it, monkeypatch)
    assert it.open() == {}
    tip = it.branches()["bump/alpha"]
    assert it.night() == {"alpha": "opened"}
    assert it.branches()["bump/alpha"] == tip
    assert it.prover.built == ["alpha 1.1"], "nothing was built twice"
    assert "| riscv64 cp313 | 1,000 |" in it.pull("alpha")["body"]


def test_a_crash_after_the_pull_request_and_before_its_labels(
    it: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash_at("label", it, monkeypatch)
    assert it.pull("alpha")["labels"] == []
    assert it.night() == {"alpha": "kept"}
    assert it.pull("alpha")["labels"] == [{"name": "bump"}]
    assert len(it.github.state.pulls) == 1


def test_a_crash_between_push_and_update(it: World, monkeypatch: pytest.MonkeyPatch) -> None:
    it.night()
    it.release("alpha", "1.2")
    it.later(4)
    crash_at("update", it, monkeypatch)
    assert it.pull("alpha")["title"] == "alpha: 1.0 -> 1.1"
    assert it.night() == {"alpha": "updated"}
    assert it.pull("alpha")["title"] == "alpha: 1.0 -> 1.2"
    assert it.prover.built == ["alpha 1.1", "alpha 1.2"]


def test_a_crash_while_a_failure_is_shown(it: World, monkeypatch: pytest.MonkeyPatch) -> None:
    it.prover.broken.add("alpha 1.1")
    crash_at("create", it, monkeypatch)
    # The log went with the machine: that takes another try.
    assert it.night() == {"alpha": "opened"}
    assert "demo.c:1: no" in it.pull("alpha")["body"]


def test_a_crash_while_a_pull_request_is_closed(it: World, monkeypatch: pytest.MonkeyPatch) -> None:
    it.night()
    number = it.pull("alpha")["number"]
    it.index.yanked.add("alpha-1.1.tar.gz")
    crash_at("update", it, monkeypatch)
    assert it.night() == {"alpha": "closed"}
    assert it.github.state.comments[number] == ["Closed: upstream took 1.1 back."]
    assert list(it.branches()) == ["main"]


def test_an_answer_that_is_lost(it: World) -> None:
    """GitHub opens it, says 502, and the second request is told that there is one already."""
    it.github.faults += [("POST .*/pulls", Answer(502, done=True)), ("POST .*/labels", None)]
    assert it.night() == {"alpha": "opened"}
    assert len(it.github.state.pulls) == 1
    assert it.pull("alpha")["labels"] == [{"name": "bump"}]


def test_a_comment_whose_answer_is_lost_is_not_made_twice(it: World) -> None:
    it.night()
    # Longer ago than a second, or else the comment would be refused, and not made.
    it.github.clock.now += 60
    it.github.faults.append(("POST .*/comments", Answer(502, done=True)))
    it.index.yanked.add("alpha-1.1.tar.gz")
    assert it.night() == {"alpha": "closed"}
    assert it.github.state.comments[1] == ["Closed: upstream took 1.1 back."]


def test_limits_on_the_way(it: World) -> None:
    it.github.remaining = 2
    it.github.faults.append(("POST .*/labels", error(429, "", retry_after="30")))
    assert it.night() == {"alpha": "opened"}
    assert 30.0 in it.github.clock.slept
    assert it.pull("alpha")["labels"] == [{"name": "bump"}]


def test_the_api_is_down(it: World) -> None:
    it.github.faults += [("GET .*", Answer(502))] * 5
    with pytest.raises(GitHubError, match="502"):
        it.night()
    assert it.prover.built == []
    assert list(it.branches()) == ["main"]


def test_an_expired_token_is_known_before_anything_is_built(it: World) -> None:
    with pytest.raises(GitHubError, match="does not accept the token"):
        it.night(token="stale-token")  # noqa: S106 - nobody's
    assert it.prover.built == []


def test_a_token_without_rights_stops_the_run(it: World) -> None:
    it.release("beta", "1.0")
    it.recipe("beta")
    it.release("beta", "1.1")
    it.later(5)
    it.github.writable = False
    with pytest.raises(GitHubError, match="the token may not do that"):
        it.night()
    assert it.prover.built == ["alpha 1.1"], "the others are not built in vain"
    it.github.writable = True
    assert it.night() == {"alpha": "opened", "beta": "opened"}
    assert it.prover.built == ["alpha 1.1", "beta 1.1"]


def test_a_remote_that_cannot_be_written_to_is_known_before_anything_is_built(it: World) -> None:
    it.git("remote", "set-url", "--push", "origin", str(it.root / "absent"), at=it.checkout)
    with pytest.raises(FarwheelError, match="git push"):
        it.night()
    assert it.prover.built == []


def test_two_bots_at_once(it: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one builds, another, on another machine, does all of it."""

    class Slow(Prover):
        def prove(self, tree: Path, name: str, version: str, evidence: Evidence) -> None:
            with monkeypatch.context() as patch:
                patch.setenv("FARWHEEL_CACHE", str(it.root / "elsewhere"))
                it.prover = Prover()
                others.append(it.night())
            super().prove(tree, name, version, evidence)
            # Not the same commit, as the times of two builds are not.
            (tree / "pkgs/alpha/lock.json").write_text("{}\n")

    others: list[dict[str, str]] = []
    it.prover = Slow()
    assert it.night() == {"alpha": "left"}
    assert others == [{"alpha": "opened"}]
    assert len(it.github.state.pulls) == 1
    assert it.night() == {"alpha": "kept"}


def test_two_runs_on_one_machine_build_it_once(
    it: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The one that waited looks again: what the other one did while it waited is done."""
    nights: list[dict[str, str]] = []
    with waiting("bump", lambda: nights.append(it.night()), capsys), monkeypatch.context() as patch:
        patch.setenv("FARWHEEL_CACHE", str(it.root / "elsewhere"))
        nights.append(it.night())
    assert nights == [{"alpha": "opened"}, {"alpha": "kept"}]
    assert it.prover.built == ["alpha 1.1"]


def test_two_bots_open_one_pull_request(it: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both find a branch without one; the slower one is told that there is one by now."""
    create = Pulls.create
    crash_at("create", it, monkeypatch)

    def slow(pulls: Pulls, *args: Any, **more: Any) -> Pull:
        with monkeypatch.context() as patch:
            patch.setattr(Pulls, "create", create)
            patch.setenv("FARWHEEL_CACHE", str(it.root / "elsewhere"))
            assert it.night() == {"alpha": "opened"}
        return create(pulls, *args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Pulls, "create", slow)
        assert it.night() == {"alpha": "opened"}
    assert len(it.github.state.pulls) == 1
    assert it.github.state.pulls[1]["body"].count("farwheel-bump") == 1
