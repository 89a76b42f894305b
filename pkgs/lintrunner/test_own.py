"""The program with a small linter; git, which the test's root does not have, answers its one question."""

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

LINTRUNNER = Path(sys.prefix, "bin/lintrunner")
LINTER = f"""#!{sys.executable}
import json, sys
for path in open(sys.argv[1][1:]).read().split():
    text = open(path).read()
    print(json.dumps({{
        "path": path, "line": 1, "char": 1, "code": "TABS", "severity": "error", "name": "a tab",
        "description": None, "original": text, "replacement": text.replace("\\t", " "),
    }})) if "\\t" in text else None
"""
CONFIGURATION = """
merge_base_with = "main"
[[linter]]
code = "TABS"
include_patterns = ["*.txt"]
command = ["tabs", "@{{PATHSFILE}}"]
"""


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one good file, one bad, and a linter that tells them apart."""
    for name, text in {
        "bin/git": f"#!{sys.executable}\nprint({str(tmp_path)!r})\n",
        "bin/tabs": LINTER,
        "good.txt": "one two\n",
        "bad.txt": "one\ttwo\n",
        ".lintrunner.toml": CONFIGURATION,
    }.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ.get('PATH', '')}")
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def lint(*words: str) -> tuple[int, list[dict[str, Any]], str]:
    """Exit code, the messages as JSON, and the log."""
    done = subprocess.run([LINTRUNNER, "--output=json", *words], check=False, capture_output=True, text=True)
    messages = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return done.returncode, messages, done.stderr


def test_the_version_is_that_of_the_wheel() -> None:
    told = subprocess.run([LINTRUNNER, "--version"], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["lintrunner", version("lintrunner")]


@pytest.mark.usefixtures("work")
def test_what_is_right_passes() -> None:
    assert lint("good.txt")[:2] == (0, [])


@pytest.mark.usefixtures("work")
def test_what_is_wrong_is_told() -> None:
    code, messages, log = lint("good.txt", "bad.txt")
    assert code == 1, log
    assert [(Path(m["path"]).name, m["code"], m["name"]) for m in messages] == [("bad.txt", "TABS", "a tab")]


def test_what_is_wrong_is_put_right(work: Path) -> None:
    lint("-a", "bad.txt")
    assert (work / "bad.txt").read_text() == "one two\n"


def test_a_configuration_that_is_wrong(work: Path) -> None:
    (work / ".lintrunner.toml").write_text("asdf = 'lol'\n")
    code, _, log = lint("good.txt")
    assert code != 0
    assert "missing field `linter`" in log
