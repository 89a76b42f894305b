"""A bump with nothing left out but GitHub itself: recipes from two releases back, built and proven.

By default markupsafe for one CPython, after the wheels that it is compared with. FARWHEEL_BUMP="NAME NAME"
takes others, "all" every recipe, and FARWHEEL_TEST=all every CPython. All of them take many hours:
FARWHEEL_BUMP_AT is a folder where the clone and its remote stay, and the next run goes on with the packages
that have no branch yet.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bump_world import PERSON
from farwheel import ledger, nix, releases
from farwheel.cli.sources import upstream
from farwheel.lock import lock_package
from farwheel.pins import read_json, write_json
from farwheel.targets import catalogue
from github_server import TOKEN, FakeGitHub, serve
from github_state import SLUG, State

pytestmark = pytest.mark.nix

EVERY = sorted(path.parent.name for path in (nix.REPOSITORY / "pkgs").glob("*/pin.json"))
CHOSEN = os.environ.get("FARWHEEL_BUMP", "markupsafe").split()
NAMES = EVERY if CHOSEN == ["all"] else CHOSEN
# The pure wheels that ours need to run, and what the ledgers come to.
KEPT = ["closures/pins.json", "docs/status.md"]
PYTHONS = "" if os.environ.get("FARWHEEL_TEST") == "all" else "<3.14"


def git(at: Path, *words: str) -> str:
    env = os.environ | PERSON
    done = subprocess.run(["git", "-C", str(at), *words], env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where the clone and its remote are."""
    return Path(os.environ.get("FARWHEEL_BUMP_AT", tmp_path)).absolute()


@pytest.fixture
def checkout(root: Path) -> Path:
    """A clone of a remote that has this repository's files, with recipes set back two releases."""
    origin, made = root / "origin.git", root / "checkout"
    if (origin / "refs/heads/main").exists():
        return made
    for begun in (origin, made):
        shutil.rmtree(begun, ignore_errors=True)
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(origin)], check=True)
    subprocess.run(["git", "clone", "-q", str(origin), str(made)], check=True)
    for name in git(nix.REPOSITORY, "ls-files", "-z").split("\0"):
        if name and (source := nix.REPOSITORY / name).is_file():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, made / name)
    for name in NAMES:
        set_back(made, name)
    git(made, "add", "--all")
    # What the old versions come to is only compared with, and takes as long as what is to be seen here.
    if "FARWHEEL_BUMP" not in os.environ:
        farwheel(made, "ledger", "update", *NAMES)
        git(made, "add", "--all")
    git(made, "commit", "--quiet", "--message", f"{', '.join(NAMES)} as two releases ago")
    git(made, "push", "--quiet", "origin", "HEAD:main")
    return made


def set_back(made: Path, name: str) -> None:
    """Pin the second release before ours, with nothing in the ledger."""
    folder, index = made / "pkgs" / name, upstream()
    ours = read_json(nix.REPOSITORY / "pkgs" / name / "pin.json")["version"]
    finals = [
        one
        for one in releases.grouped(index.index.files(name), name)
        if one.sdist and not one.version.is_prerelease
    ]
    older = finals[[str(one.version) for one in finals].index(ours) + 2].version
    # Nothing newer than ours, so that the end is known whenever this runs.
    fields = {"version": f"<={ours}"} | ({"pythons": PYTHONS} if PYTHONS else {})
    lock = folder / "lock.json"
    write_json(lock, (read_json(lock) if lock.exists() else {}) | fields)
    lock_package(made, name, index, f"=={older}").write()
    index.index.client.close()
    (folder / "wheels.json").unlink(missing_ok=True)


@pytest.fixture
def github(root: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGitHub]:
    with serve(FakeGitHub(State(root / "origin.git"))) as server:
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


def bump(at: Path) -> dict[str, dict[str, Any]]:
    words = ["--all"] if NAMES == EVERY else NAMES
    began = time.monotonic()
    rows = json.loads(farwheel(at, "bump", "--json", *words))
    print(f"bump {' '.join(words)}: {time.monotonic() - began:.0f} s")  # noqa: T201 - a figure, with pytest -s
    return {row["name"]: row for row in rows}


def test_recipes_from_two_releases_back(checkout: Path, github: FakeGitHub) -> None:
    rows, origin = bump(checkout), github.state.origin
    assert {name: row["did"] for name, row in rows.items()} == dict.fromkeys(NAMES, "opened")
    pulls = {pull["title"]: pull for pull in github.state.pulls.values()}
    assert len(github.state.pulls) == len(pulls) == len(NAMES)
    for name, row in rows.items():
        _proven(pulls[f"{name}: {row['ours']} -> {row['take']}"], name, str(row["take"]), origin)
    before, writes = git(origin, "for-each-ref"), len(github.writes)
    assert {row["did"] for row in bump(checkout).values()} == {"kept"}
    assert (git(origin, "for-each-ref"), len(github.writes)) == (before, writes)
    assert git(checkout, "status", "--porcelain") == ""


def _proven(pull: dict[str, Any], name: str, version: str, origin: Path) -> None:
    """A pull request tells what was proven; its branch changes the pin, and the ledger to our bytes."""
    assert not pull["draft"]
    changed = git(origin, "diff", "--name-only", "main", f"bump/{name}").split()
    assert {f"pkgs/{name}/pin.json", f"pkgs/{name}/wheels.json", "docs/status.md"} <= set(changed)
    assert all(path.startswith(f"pkgs/{name}/") or path in KEPT for path in changed)
    book = origin.parent / "wheels.json"
    book.write_text(git(origin, "show", f"bump/{name}:pkgs/{name}/wheels.json") + "\n")
    made, known = ledger.load(book), ledger.load(nix.REPOSITORY / "pkgs" / name / "wheels.json")
    new = {file: entry for file, entry in made.items() if f"-{version}-" in file}
    assert {entry.architecture for entry in new.values()} == {"riscv64", "loongarch64"}
    modes = ["mode"] if catalogue()[name]["mode"] == "disguised" else []
    variations = [*modes, "varied"]
    for entry in new.values():
        assert entry.tests
        assert sorted(record.variation for record in entry.reproduced) == variations
    wheels = (f"| {entry.architecture} {', '.join(entry.pythons)} |" for entry in new.values())
    for words in (*wheels, "GLIBC_", "passed", f"same bytes: {', '.join(variations)}."):
        assert words in pull["body"]
    # A maturin or numpy of two releases ago may leave its mark.
    alike = [file for file in new.keys() & known.keys() if new[file].inputs == known[file].inputs]
    assert all(known[file].sha256 == new[file].sha256 for file in alike)
