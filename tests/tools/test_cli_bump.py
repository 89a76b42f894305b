import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bump_world import World, released
from farwheel import nix
from farwheel.bump import prove, verbs
from farwheel.cli import main
from github_server import TOKEN
from github_state import SLUG


@pytest.fixture
def it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The environment is a bot's, and nothing is built."""
    with released(tmp_path, monkeypatch, "json") as made:
        made.github.paced = False
        monkeypatch.setattr(nix, "REPOSITORY", made.checkout)
        monkeypatch.setattr(nix, "ensure", lambda: None)
        monkeypatch.setattr(prove, "ByVerbs", lambda: made.prover)
        monkeypatch.setattr(verbs, "standings", lambda tree, names, _: made.look(tree, names))
        monkeypatch.setenv("GITHUB_API_URL", made.github.state.url)
        monkeypatch.setenv("GITHUB_REPOSITORY", SLUG)
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        yield made


@pytest.mark.usefixtures("it")
def test_a_line_a_package_and_nothing_the_second_time(capfd: pytest.CaptureFixture[str]) -> None:
    url = f"https://github.com/{SLUG}/pull/1"
    assert main(["bump", "--all"]) == 0
    assert capfd.readouterr().out == f"alpha 1.0 -> 1.1: opened, to 1.1 {url}\n"
    assert main(["bump", "alpha"]) == 0
    assert capfd.readouterr().out == f"alpha 1.0 -> 1.1: kept, made already {url}\n"


def test_a_dry_run_prints_the_pull_request(it: World, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["bump", "alpha", "--dry-run"]) == 0
    said = capfd.readouterr().out
    assert said.startswith("alpha 1.0 -> 1.1: would, to 1.1\n\nalpha: 1.0 -> 1.1\n\n| wheel |")
    assert main(["bump", "alpha", "--dry-run", "--json"]) == 0
    [row] = json.loads(capfd.readouterr().out)
    assert (row["did"], row["title"]) == ("would", "alpha: 1.0 -> 1.1")
    assert row["body"] in said
    assert it.github.writes == []


def test_a_failing_release_is_no_failure_of_the_run(it: World) -> None:
    it.prover.broken.add("alpha 1.1")
    assert main(["bump", "--all"]) == 0
    assert it.pull("alpha")["draft"]


def test_what_needs_a_person_is_told_by_the_exit_code(it: World, capfd: pytest.CaptureFixture[str]) -> None:
    it.index.add_sdist("alpha", "1.0", setup__py="import os\n")
    assert main(["bump", "--all", "--json"]) == 1
    [row] = json.loads(capfd.readouterr().out)
    assert row["did"] == "alarm"


def test_without_a_token_nothing_is_begun(
    it: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    assert main(["bump", "--all"]) == 1
    assert "set GITHUB_TOKEN (or GH_TOKEN)" in capfd.readouterr().err
    assert it.prover.built == []
    assert main(["bump", "--all", "--dry-run"]) == 0


@pytest.mark.parametrize("arguments", [[], ["alpha", "--all"]])
def test_arguments_that_make_no_sense(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["bump", *arguments]) == 2
    assert "names of packages, --all, or" in capfd.readouterr().err


def test_a_warning_is_told_by_the_exit_code_too(it: World, capfd: pytest.CaptureFixture[str]) -> None:
    del it.index.files["alpha"]["alpha-1.1.tar.gz"]
    it.advise("alpha", "1.0", id="PYSEC-1", aliases=[], fixed_in=[], summary="It breaks.")
    assert main(["bump", "--all"]) == 1
    assert capfd.readouterr().out.startswith("alpha: warning, nothing newer; no release that can be taken ")
