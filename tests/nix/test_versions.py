"""Other versions of Nix say and do the same.

FARWHEEL_NIX names the folders, separated by colons, that hold their programs (`nix`, `nix-store`, ...). Each
gets a store of its own: a newer Nix may change a store's database so that an older one cannot read it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from farwheel.nix import REPOSITORY
from flakes import NIX

OTHERS = [folder for folder in os.environ.get("FARWHEEL_NIX", "").split(":") if folder]
DERIVATIONS = "set: builtins.mapAttrs (_: one: one.drvPath) set"

pytestmark = [
    pytest.mark.nix,
    pytest.mark.skipif(not OTHERS, reason="FARWHEEL_NIX names no other Nix"),
    pytest.mark.parametrize("folder", OTHERS or ["none"]),
]


def environment(folder: str, tmp_path: Path) -> dict[str, str]:
    """Where that Nix is the first one on PATH, with nothing left from earlier runs."""
    env = {name: value for name, value in os.environ.items() if name != "FARWHEEL_NIX"}
    return env | {"PATH": f"{folder}:{os.environ['PATH']}", "XDG_CACHE_HOME": str(tmp_path / "cache")}


def derivations(attribute: str, env: dict[str, str]) -> dict[str, str]:
    command = [*NIX, "eval", "--json", f".#{attribute}", "--apply", DERIVATIONS]
    done = subprocess.run(command, cwd=REPOSITORY, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    assert found
    return found


@pytest.mark.parametrize("attribute", ["packages.x86_64-linux", "checks.x86_64-linux"])
def test_the_same_derivations(folder: str, attribute: str, tmp_path: Path) -> None:
    theirs = environment(folder, tmp_path) | {"NIX_REMOTE": str(tmp_path / "store")}
    ours = dict(os.environ)
    assert derivations(attribute, theirs) == derivations(attribute, ours)


def test_the_flake_is_in_order(folder: str, tmp_path: Path) -> None:
    env = environment(folder, tmp_path) | {"NIX_REMOTE": str(tmp_path / "store")}
    command = [*NIX, "flake", "check", "--no-build"]
    done = subprocess.run(command, cwd=REPOSITORY, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_all_other_tests_pass_with_it(folder: str, tmp_path: Path) -> None:
    """Fetching, building, reading derivations and logs: in a mount namespace with another /nix."""
    nix = tmp_path / "nix"
    (nix / "store").mkdir(parents=True)
    namespace = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-r", "-m"]
    with_other_store = [*namespace, "sh", "-c", 'mount --bind "$0" /nix && exec "$@"', str(nix)]
    tests = ["tests/tools", "tests/nix/test_flake.py", "tests/nix/test_mirrors.py"]
    pytest_command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "nix", *tests]
    done = subprocess.run(
        [*with_other_store, *pytest_command],
        cwd=REPOSITORY,
        env=environment(folder, tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
