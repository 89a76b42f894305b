"""What is wrong with what we ship, and no bump cures: a run says so, and what a person can do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bump_world import World, world
from farwheel.targets import PLATFORMS


@pytest.fixture
def it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world(tmp_path, monkeypatch) as made:
        yield made
        assert made.github.violations == []


def test_upstream_yanks_what_we_ship_and_has_nothing_newer(it: World) -> None:
    it.release("beta", "0.9")
    it.release("beta", "1.0")
    it.recipe("beta")
    it.index.yanked.add("beta-1.0.tar.gz")
    [row] = it.rows("beta")
    names = [f"beta-1.0-cp313-cp313-{tag}.whl" for tag in sorted(PLATFORMS.values())]
    told = f"upstream took 1.0 back: name in pkgs/beta/yanked.json {' '.join(names)}"
    assert (row.did, row.why) == ("warning", f"nothing newer; {told}")
    # A pull request is no cure for what is published.
    it.release("beta", "1.1")
    it.later(5)
    [row] = it.rows("beta")
    assert (row.did, row.why) == ("opened", f"to 1.1; {told}")
    it.index.yanked.add("beta-1.1.tar.gz")
    assert [(row.did, row.why) for row in it.rows("beta")] == [("closed", f"upstream took 1.1 back; {told}")]
    assert it.github.state.comments[1] == ["Closed: upstream took 1.1 back."]


def test_a_vulnerability_that_no_release_mends(it: World) -> None:
    it.release("beta", "1.0")
    it.recipe("beta")
    it.advise("beta", "1.0", id="PYSEC-1", aliases=[], fixed_in=[], summary="It breaks.")
    [row] = it.rows("beta")
    assert row.did == "warning"
    assert row.why == (
        "nothing newer; no release that can be taken is without PYSEC-1 of 1.0:"
        " yank it (pkgs/beta/yanked.json), or say why not (hold in the recipe)"
    )
    it.recipe("beta", '{ hold = "PYSEC-1 is about Windows"; }\n')
    assert [(row.did, row.why) for row in it.rows("beta")] == [("nothing", "hold: PYSEC-1 is about Windows")]


def test_a_vulnerability_that_only_a_held_back_release_mends(it: World) -> None:
    it.release("beta", "1.0")
    it.recipe("beta")
    it.advise("beta", "1.0", id="PYSEC-1", aliases=[], fixed_in=["1.1"], summary="It breaks.")
    it.index.pythons["beta-1.1.tar.gz"] = ">=3.14"
    it.release("beta", "1.1")
    [row] = it.rows("beta")
    assert row.did == "warning"
    assert row.why.startswith("python: none of our CPythons is >=3.14; no release that can be taken is")
