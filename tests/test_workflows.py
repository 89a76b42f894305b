"""The workflows do by our verbs what they do."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import typer.main

from farwheel.cli import app

REPOSITORY = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((REPOSITORY / ".github/workflows").glob("*.yml"))


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed; .ci/run does it")
def test_files_become_assets_of_their_projects_releases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a `gh` of the tests' own."""
    (tmp_path / "state/wheels-a-b").mkdir(parents=True)
    (tmp_path / "state/v1.0").mkdir()
    for name in ("state/wheels-a-b/a_B-1.whl.provenance", "state/v1.0/other.whl"):
        (tmp_path / name).write_text("there")
    new = ["a_B-1.whl", "a_B-1.whl.metadata", "a_B-1.whl.provenance", "c-1.whl", "c-1.whl.provenance"]
    (tmp_path / "state/wheels-a-b/a_B-1.whl.starter").touch()
    (tmp_path / "new").mkdir()
    for name in new:
        (tmp_path / "new" / name).write_text("new")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gh").symlink_to(REPOSITORY / "tests/tools/github_cli.py")
    (tmp_path / "sleep").symlink_to("/bin/true")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    for key, value in {"GH_REPO": "o/r", "GH_STATE": f"{tmp_path}/state", "RELEASE": "wheels-"}.items():
        monkeypatch.setenv(key, value)

    def releases(*words: str) -> list[str]:
        command = [str(REPOSITORY / ".github/releases.sh"), *words]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        return sorted(done.stdout.split())

    assert releases("files") == ["a_B-1.whl.provenance"]
    releases("upload", "new")
    uploads = [line for line in (tmp_path / "state/calls").read_text().splitlines() if "upload" in line]
    assert uploads[0] == "upload wheels-c c-1.whl.provenance"
    assert sorted(uploads[1:]) == [
        "upload wheels-a-b a_B-1.whl a_B-1.whl.metadata",
        "upload wheels-c c-1.whl",
    ]
    assert (tmp_path / "state/wheels-a-b/a_B-1.whl.provenance").read_text() == "there"
    assert releases("files") == new
    releases("upload", "new")
    assert releases("files") == new
    monkeypatch.setenv("GH_DOWN", "1")
    (tmp_path / "state/calls").unlink()
    with pytest.raises(subprocess.CalledProcessError):
        releases("upload", "new")
    assert not (tmp_path / "state/calls").exists()
    monkeypatch.delenv("GH_DOWN")
    releases("download", "got")
    assert sorted(path.name for path in (tmp_path / "got").iterdir()) == [
        name for name in new if not name.endswith(".metadata")
    ]


def test_newer_pins_are_one_pull_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an `audit` and a `gh` of the tests' own, and a repository beside this one."""
    programs = {
        "tools/farwheel": """
            [ "$*" = "audit --all --pin --upgrade --json" ] && [ "$NEWEST" ] || exit 1
            echo "$NEWEST" >closures/pins.json && echo []
            exit 1""",
        "bin/gh": """
            [ ! -e "$ROOT/down" ] || exit 1
            case "$*" in
              *"--state all"*) cat "$ROOT/heads" ;;
              *list*) cat "$ROOT/open" ;;
              *create*)
                git ls-remote origin "$4" | cut -f1 >>"$ROOT/heads"
                echo "$4" >>"$ROOT/made" && echo [1] >"$ROOT/open"
                ;;
            esac""",
    }
    (tmp_path / "open").write_text("[]\n")
    (tmp_path / "heads").touch()
    for name, does in programs.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "closures").mkdir()
    (tmp_path / "closures/pins.json").write_text("old\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ROOT", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")

    def git(*words: str) -> str:
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@b.test", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def night(newest: str) -> list[str]:
        """What is on the branch after it, if anything."""
        monkeypatch.setenv("NEWEST", newest)
        subprocess.run([str(REPOSITORY / ".github/pins.sh")], check=True)
        git("reset", "-q", "--hard", "origin/main")
        return git(
            "-C", "remote.git", "log", "--all", "--format=%h %s", "--", "closures/pins.json"
        ).splitlines()

    git("init", "-q", "-b", "main")
    git("add", "closures", "tools")
    git("commit", "-q", "-m", "first")
    git("clone", "-q", "--bare", ".", "remote.git")
    git("remote", "add", "origin", "remote.git")
    git("fetch", "-q", "origin")
    assert len(night("old")) == 1
    # GitHub takes the branch and then does not answer: the next night goes on from there.
    (tmp_path / "down").touch()
    with pytest.raises(subprocess.CalledProcessError):
        night("new")
    git("reset", "-q", "--hard", "origin/main")
    (tmp_path / "down").unlink()
    first = night("new")
    assert first[0].endswith(" Closures: newer pure wheels of others")
    assert night("new") == first
    assert len(night("newer")) == len(first) == 2
    assert git("-C", "remote.git", "show", "closures/newer:closures/pins.json") == "newer\n"
    assert (tmp_path / "made").read_text() == "closures/newer\n"
    # What somebody closes stays closed until there is something newer.
    (tmp_path / "open").write_text("[]\n")
    (tmp_path / "heads").write_text(git("-C", "remote.git", "rev-parse", "closures/newer"))
    night("newer")
    assert (tmp_path / "made").read_text() == "closures/newer\n"
    night("newest")
    assert (tmp_path / "made").read_text() == "closures/newer\n" * 2
    with pytest.raises(subprocess.CalledProcessError):
        night("")


def test_a_cache_that_is_full_keeps_what_is_still_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a `nix` of the tests' own."""
    programs = {
        "du": "echo 5001",
        "nix": 'case "$*" in *path-info*) printf "/nix/store/%s\n" d-a.drv b-text ;; esac',
        "nix-store": '[ "$*" = "--query --outputs /nix/store/d-a.drv" ] && echo /nix/store/aa-made-1.0',
    }
    for name, does in programs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    files = {
        "nix-cache-info": "StoreDir: /nix/store\n",
        "aa.narinfo": "StorePath: /nix/store/aa-made-1.0\nURL: nar/1.nar.zst\n",
        "bb.narinfo": "StorePath: /nix/store/bb-old-0.9\nURL: nar/2.nar.zst\n",
        "nar/1.nar.zst": "1",
        "nar/2.nar.zst": "2",
    }
    (tmp_path / "nix-cache/nar").mkdir(parents=True)
    for name, text in files.items():
        (tmp_path / "nix-cache" / name).write_text(text)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.delenv("NIX_CACHE", raising=False)
    monkeypatch.delenv("NIX_CACHE_SECRET", raising=False)
    subprocess.run([str(REPOSITORY / ".github/fill-cache.sh")], check=True)
    left = {path.name for path in (tmp_path / "nix-cache").rglob("*") if path.is_file()}
    assert left == {"nix-cache-info", "aa.narinfo", "1.nar.zst"}


def test_a_machine_that_stays_keeps_its_own_settings_of_nix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a `sudo` that does nothing, and a `nix` that is asked nothing."""
    settings = tmp_path / ".config/nix/nix.conf"
    settings.parent.mkdir(parents=True)
    settings.write_text("max-jobs = 3")
    for name in ("sudo", "nix", "tools/farwheel"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).symlink_to("/bin/true")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    for cache in ("https://one.test", "https://two.test"):
        monkeypatch.setenv("NIX_CACHE", cache)
        subprocess.run([str(REPOSITORY / ".github/set-up.sh")], check=True)
    assert settings.read_text() == "max-jobs = 3\n!include farwheel.conf\n"
    assert (settings.parent / "farwheel.conf").read_text().count("https://two.test") == 1


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_commits_and_rights_are_given_job_by_job(workflow: Path) -> None:
    text = workflow.read_text()
    used = re.findall(r"^ *- uses: (.*)$|^ *uses: (.*)$", text, re.MULTILINE)
    assert used
    for action in (one or other for one, other in used):
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*", action), action
    assert "\npermissions: {}\n" in text
    assert "pull_request_target" not in text


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_what_a_workflow_runs_can_be_run_by_hand(workflow: Path) -> None:
    """Each verb and each option of ours that it names, in its comments too, is there."""
    verbs = typer.main.get_command(app)
    assert isinstance(verbs, typer.core.TyperGroup)
    commands = re.findall(r"tools/farwheel ((?:[^\n|>\\]|\\\n)+)", workflow.read_text())
    assert commands
    for words in map(str.split, commands):
        verb = verbs.commands[words[0]]
        if isinstance(verb, typer.core.TyperGroup):
            verb = verb.commands[words[1]]
        known = {option for parameter in verb.params for option in parameter.opts}
        assert {word for word in words if re.fullmatch(r"--\w[\w-]*", word)} <= known, words
