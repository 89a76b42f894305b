"""A bump with nothing left out but GitHub itself: markupsafe from two releases back, built and proven.

For one CPython; FARWHEEL_TEST=all takes all of them, which is ten minutes on two cores.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from farwheel import ledger, nix, releases
from farwheel.cli.sources import upstream
from farwheel.lock import lock_package
from farwheel.pins import read_json, write_json
from github_server import TOKEN, FakeGitHub, serve
from github_state import SLUG, State

pytestmark = pytest.mark.nix

NAME = "markupsafe"
PYTHONS = "" if os.environ.get("FARWHEEL_TEST") == "all" else "<3.14"
_SIGNED = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "A Person"), ("EMAIL", "person@home.example"))
}


def git(at: Path, *words: str) -> str:
    env = os.environ | _SIGNED
    done = subprocess.run(["git", "-C", str(at), *words], env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A clone of a remote that has this repository's files, with one recipe set back two releases."""
    origin, made = tmp_path / "origin.git", tmp_path / "checkout"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(origin)], check=True)
    subprocess.run(["git", "clone", "-q", str(origin), str(made)], check=True)
    for name in git(nix.REPOSITORY, "ls-files", "-z").split("\0"):
        if name and (source := nix.REPOSITORY / name).is_file():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, made / name)
    index = upstream()
    ours = read_json(nix.REPOSITORY / "pkgs" / NAME / "pin.json")["version"]
    finals = [
        one
        for one in releases.grouped(index.index.files(NAME))
        if one.sdist and not one.version.is_prerelease
    ]
    newest = [str(one.version) for one in finals].index(ours)
    older = finals[newest + 2].version
    write_json(made / "pkgs" / NAME / "lock.json", {"pythons": PYTHONS})
    lock_package(made, NAME, index, f"=={older}").write()
    index.index.client.close()
    (made / "pkgs" / NAME / "wheels.json").unlink()
    git(made, "add", "--all")
    farwheel(made, "ledger", "update", NAME)
    git(made, "add", "--all")
    git(made, "commit", "--quiet", "--message", f"{NAME} as it was two releases ago")
    git(made, "push", "--quiet", "origin", "HEAD:main")
    return made


@pytest.fixture
def github(tmp_path: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGitHub]:
    with serve(FakeGitHub(State(tmp_path / "origin.git"))) as server:
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("GITHUB_API_URL", server.state.url)
        monkeypatch.setenv("GITHUB_REPOSITORY", SLUG)
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        server.paced = False
        assert checkout.exists()
        yield server
        assert server.violations == []


def farwheel(at: Path, *words: str) -> str:
    done = subprocess.run(
        [str(at / "tools/farwheel"), *words], cwd=at, stdout=subprocess.PIPE, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def bump(at: Path) -> dict[str, Any]:
    [row] = json.loads(farwheel(at, "bump", NAME, "--json"))
    found: dict[str, Any] = row
    return found


def test_markupsafe_from_two_releases_back(checkout: Path, github: FakeGitHub) -> None:
    row = bump(checkout)
    assert row["did"] == "opened"
    [pull] = github.state.pulls.values()
    assert (pull["title"], pull["draft"]) == (f"{NAME}: {row['ours']} -> {row['take']}", False)
    for words in ("riscv64 cp313", "loongarch64 cp313", "GLIBC_", "passed", "again, mode, varied"):
        assert words in pull["body"]
    origin = github.state.origin
    changed = git(origin, "diff", "--name-only", "main", f"bump/{NAME}").split()
    assert changed == [f"pkgs/{NAME}/pin.json", f"pkgs/{NAME}/wheels.json"]
    book = checkout.parent / "wheels.json"
    book.write_text(git(origin, "show", f"bump/{NAME}:pkgs/{NAME}/wheels.json") + "\n")
    made, known = ledger.load(book), ledger.load(nix.REPOSITORY / "pkgs" / NAME / "wheels.json")
    new = {name: entry for name, entry in made.items() if f"-{row['take']}-" in name}
    assert all(entry.tests and len(entry.reproduced) == 3 for entry in new.values())
    assert {entry.architecture for entry in new.values()} == {"riscv64", "loongarch64"}
    # The same bytes as this repository's own ledger has.
    assert all(known[name].sha256 == new[name].sha256 for name in new.keys() & known.keys())
    before, writes = git(origin, "for-each-ref"), len(github.writes)
    assert bump(checkout)["did"] == "kept"
    assert (git(origin, "for-each-ref"), len(github.writes)) == (before, writes)
    assert git(checkout, "status", "--porcelain") == ""
