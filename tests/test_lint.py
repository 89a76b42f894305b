"""What no linter may have anything to say about."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
FOLDERS = ("tools", "tests", "nix", "pkgs")
SHELL = (*FOLDERS, ".github")
PROGRAMS = ("tools/farwheel", "tools/relock", ".ci/run")


def complaints(*command: str) -> str:
    """What a linter says when it does not agree; "" otherwise."""
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""


def shell_scripts() -> list[str]:
    found = [path for folder in SHELL for path in (REPOSITORY / folder).rglob("*.sh")]
    return [*PROGRAMS, *sorted(str(path.relative_to(REPOSITORY)) for path in found)]


def test_ruff_check() -> None:
    assert complaints(sys.executable, "-m", "ruff", "check", "--quiet", *FOLDERS) == ""


def test_ruff_format() -> None:
    assert complaints(sys.executable, "-m", "ruff", "format", "--check", *FOLDERS) == ""


def test_mypy() -> None:
    assert complaints(sys.executable, "-m", "mypy") == ""


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed; .ci/run does it")
def test_shellcheck() -> None:
    assert complaints("shellcheck", *shell_scripts()) == ""


@pytest.mark.skipif(
    shutil.which("actionlint") is None, reason="actionlint is not installed; .ci/run does it where Go is"
)
def test_actionlint() -> None:
    workflows = sorted((REPOSITORY / ".github/workflows").glob("*.yml"))
    assert complaints("actionlint", "-no-color", *map(str, workflows)) == ""


def test_zizmor() -> None:
    zizmor = shutil.which("zizmor", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert zizmor is not None
    assert complaints(zizmor, "--offline", "--quiet", "--persona", "pedantic", ".github") == ""


def test_every_shell_program_is_linted() -> None:
    """Programs without a suffix are known by their first line."""
    listed = set(shell_scripts())
    for folder in ("tools", ".ci", ".github", "nix"):
        for path in (REPOSITORY / folder).rglob("*"):
            if path.is_file() and path.suffix in {"", ".sh"} and path.read_bytes().startswith(b"#!"):
                first = path.read_bytes().splitlines()[0]
                assert not first.endswith((b"sh", b"bash")) or str(path.relative_to(REPOSITORY)) in listed, (
                    path
                )


def test_every_patch_says_why_and_how_upstream_stands() -> None:
    found = [path for folder in ("pkgs", "nix") for path in (REPOSITORY / folder).rglob("*.patch")]
    silent = [
        path
        for path in found
        if not re.match(
            r"(?!---|diff )\S[^\0]*?^Upstream-Status: \S[^\0]*?^(---|diff) ",
            path.read_text("utf-8"),
            re.MULTILINE,
        )
    ]
    assert found
    assert silent == []
