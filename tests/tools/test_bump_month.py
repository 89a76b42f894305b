"""A month of a bump bot: each night it runs, and runs once more, which must change nothing."""

from datetime import timedelta
from pathlib import Path

import pytest

from bump_world import START, World, world
from farwheel.pins import read_json, write_json

ADVISORY = {
    "id": "PYSEC-1",
    "aliases": ["CVE-2026-1"],
    "fixed_in": ["1.1"],
    "summary": "Crashes on @you, see #1.",
}


def night(it: World) -> dict[str, str]:
    """One night's run and what it did but for nothing; run again at once, it does nothing more."""
    did = it.night()
    before = len(it.github.writes), it.branches(), list(it.prover.built)
    again = it.night()
    assert (len(it.github.writes), it.branches(), it.prover.built) == before
    assert set(again.values()) <= {"nothing", "kept", "left", "warning"}
    return {name: what for name, what in did.items() if what not in {"nothing", "kept"}}


def test_a_month(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with world(tmp_path, monkeypatch) as it:
        it.release("theta", "0.9")
        names = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta")
        for name in names:
            it.release(name, "1.0")
            it.recipe(name)
        it.later(10)
        assert night(it) == {}
        _alpha_is_merged(it)
        _beta_goes_on_while_its_pull_request_is_open(it)
        _gamma_fails_and_is_mended(it)
        _delta_is_taken_back(it)
        _epsilon_is_about_security(it)
        _zeta_is_a_persons(it)
        _eta_is_refused(it)
        _theta_is_taken_back_after_it_was_published(it)
        assert it.github.violations == []
        assert it.now - START > timedelta(days=30)


def _alpha_is_merged(it: World) -> None:
    it.release("alpha", "1.1")
    assert night(it) == {}, "it has not cooled down"
    it.later(3)
    assert night(it) == {"alpha": "opened"}
    pull = it.pull("alpha")
    assert (pull["title"], pull["draft"]) == ("alpha: 1.0 -> 1.1", False)
    assert [label["name"] for label in pull["labels"]] == ["bump"]
    assert "| riscv64 cp313 | 1,000 |" in pull["body"]
    assert it.git("log", "--format=%s", "main..bump/alpha") == "alpha: 1.0 -> 1.1"
    assert it.git("show", "--format=", "--name-only", "bump/alpha").split() == [
        "pkgs/alpha/pin.json",
        "pkgs/alpha/wheels.json",
    ]
    it.merge(pull["number"])
    it.later(1)
    assert night(it) == {}
    it.release("alpha", "1.2")
    it.later(3)
    # The branch was left behind; what was merged from it may go.
    assert night(it) == {"alpha": "opened"}
    assert it.pull("alpha")["title"] == "alpha: 1.1 -> 1.2"
    it.merge(it.pull("alpha")["number"])


def _beta_goes_on_while_its_pull_request_is_open(it: World) -> None:
    it.release("beta", "1.1")
    it.later(3)
    assert night(it) == {"beta": "opened"}
    first = it.pull("beta")["number"]
    it.release("beta", "1.2")
    it.later(3)
    assert night(it) == {"beta": "updated"}
    assert (it.pull("beta")["number"], it.pull("beta")["title"]) == (first, "beta: 1.0 -> 1.2")
    # A newer one that fails does not take its place.
    it.prover.broken.add("beta 1.3")
    it.release("beta", "1.3")
    it.later(3)
    tip = it.branches()["bump/beta"]
    assert night(it) == {"beta": "updated"}
    assert (it.branches()["bump/beta"], it.pull("beta")["title"]) == (tip, "beta: 1.0 -> 1.2")
    [comment] = it.github.state.comments[first]
    assert comment.startswith("1.3 is out, and build fails: the build of beta failed.")
    assert "demo.c:1: no" in comment
    it.later(1.5)
    assert night(it) == {"beta": "updated"}, "it is tried again, and nobody told twice"
    assert it.github.state.comments[first] == [comment]
    it.later(1)
    assert night(it) == {}, "then only after two days"
    # The main branch moves on, so that the two cannot be merged: made anew upon it.
    with it.person("main") as tree:
        pin = tree / "pkgs/beta/pin.json"
        pin.write_text(pin.read_text().replace('"version": "1.0"', '"version": "1.0"  '))
    assert night(it) == {"beta": "updated"}
    assert (it.pull("beta")["number"], it.pull("beta")["title"]) == (first, "beta: 1.0 -> 1.2")
    assert it.git("rev-parse", "bump/beta^") == it.branches()["main"]
    it.prover.broken.clear()
    it.release("beta", "1.4")
    it.later(3)
    assert night(it) == {"beta": "updated"}
    assert (it.pull("beta")["number"], it.pull("beta")["title"]) == (first, "beta: 1.0 -> 1.4")
    # Somebody does it by hand.
    with it.person("main") as tree:
        it.git("checkout", "--quiet", "bump/beta", "--", "pkgs", at=tree)
    assert night(it) == {"beta": "closed"}
    assert it.github.state.comments[first][-1] == "Closed: the main branch has 1.4 by now."
    assert "bump/beta" not in it.branches()


def _gamma_fails_and_is_mended(it: World) -> None:
    it.prover.broken |= {"gamma 1.1", "gamma 1.2"}
    it.release("gamma", "1.1")
    it.later(3)
    assert night(it) == {"gamma": "opened"}
    pull = it.pull("gamma")
    assert (pull["title"], pull["draft"]) == ("gamma: 1.0 -> 1.1 (build fails)", True)
    assert "demo.c:1: no" in pull["body"]
    assert it.git("show", "--format=", "--name-only", "bump/gamma") == "pkgs/gamma/pin.json"
    assert "demo.c" not in it.git("log", "-1", "--format=%B", "bump/gamma")
    it.release("gamma", "1.2")
    it.later(3)
    assert night(it) == {"gamma": "updated"}
    assert it.pull("gamma")["number"] == pull["number"]
    assert it.pull("gamma")["title"] == "gamma: 1.0 -> 1.2 (build fails)"
    it.prover.broken.clear()
    it.later(1.1)
    assert night(it) == {"gamma": "opened"}
    mended = it.pull("gamma")
    assert mended["number"] != pull["number"]
    assert not mended["draft"]
    assert f"Replaces #{pull['number']}." in mended["body"]
    assert it.github.state.comments[pull["number"]] == ["Closed: 1.2 builds: a new pull request has it."]
    it.merge(mended["number"])


def _delta_is_taken_back(it: World) -> None:
    it.release("delta", "1.1")
    it.later(3)
    assert night(it) == {"delta": "opened"}
    number = it.pull("delta")["number"]
    it.index.yanked.add("delta-1.1.tar.gz")
    it.later(1)
    assert night(it) == {"delta": "closed"}
    assert it.github.state.comments[number] == ["Closed: upstream took 1.1 back."]
    assert "bump/delta" not in it.branches()
    it.later(1)
    assert night(it) == {}


def _epsilon_is_about_security(it: World) -> None:
    it.advise("epsilon", "1.0", **ADVISORY)
    it.release("epsilon", "1.1")
    it.later(0.1)
    assert night(it) == {"epsilon": "opened"}, "it waits for no cooldown"
    pull = it.pull("epsilon")
    assert pull["title"] == "epsilon: 1.0 -> 1.1 (security)"
    assert {label["name"] for label in pull["labels"]} == {"bump", "security"}
    assert "PYSEC-1" in pull["body"]
    # Nobody is called, and no issue referred to, by what somebody else wrote.
    assert "@you" not in pull["body"]
    assert "#1." not in pull["body"]
    # The index forgets why it was urgent: what was begun stays.
    del it.index.answers["pypi/epsilon/1.0/json"]
    assert night(it) == {}
    assert it.pull("epsilon")["number"] == pull["number"]
    it.later(4)


def _zeta_is_a_persons(it: World) -> None:
    it.release("zeta", "1.1")
    it.later(3)
    assert night(it) == {"zeta": "opened"}
    with it.person("bump/zeta") as tree:
        (tree / "pkgs/zeta/lock.json").write_text("{}\n")
    tip, pull = it.branches()["bump/zeta"], dict(it.pull("zeta"))
    it.release("zeta", "1.2")
    it.later(3)
    assert night(it) == {"zeta": "left"}
    assert it.branches()["bump/zeta"] == tip
    assert {**it.pull("zeta")} == {**pull, "head": it.pull("zeta")["head"]}
    it.merge(pull["number"])
    it.later(1)
    # Merged, the branch is nobody's any more.
    assert night(it) == {"zeta": "opened"}
    assert it.pull("zeta")["title"] == "zeta: 1.1 -> 1.2"


def _eta_is_refused(it: World) -> None:
    it.release("eta", "1.1")
    it.later(3)
    assert night(it)["eta"] == "opened"
    it.pull("eta")["state"] = "closed"
    it.later(1)
    assert "eta" not in night(it), "what a person closes stays closed"
    it.release("eta", "1.2")
    it.later(3)
    assert night(it)["eta"] == "opened", "but for what is newer"
    assert it.pull("eta")["title"] == "eta: 1.0 -> 1.2"


def _theta_is_taken_back_after_it_was_published(it: World) -> None:
    it.index.yanked.add("theta-1.0.tar.gz")
    assert night(it)["theta"] == "warning"
    it.release("theta", "1.1")
    it.later(3)
    assert night(it)["theta"] == "opened"
    it.merge(it.pull("theta")["number"])
    assert night(it)["theta"] == "warning", "the wheels of 1.0 are offered all the same"
    with it.person("main") as tree:
        ledger = read_json(tree / "pkgs/theta/wheels.json")["wheels"]
        old = [name for name in ledger if name.startswith("theta-1.0-")]
        write_json(tree / "pkgs/theta/yanked.json", dict.fromkeys(old, "theta 1.0 loses data"))
    assert "theta" not in night(it)
