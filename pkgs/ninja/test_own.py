"""What Ninja finds out by itself: it runs commands by a shell, which the root does not have.

Upstream's tests ask for the version.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

NINJA = Path(sys.prefix, "bin/ninja")
RULES = """
rule copy
  command = copy $in $out
build middle: copy source | header
build last: copy middle
build broken: copy absent
build all: phony last
build there: phony source
default all
"""


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in {"build.ninja": RULES, "source": "one", "header": "two"}.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ninja(*words: str) -> tuple[int, str]:
    done = subprocess.run(
        [NINJA, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done.returncode, done.stdout


@pytest.mark.usefixtures("work")
def test_what_would_be_built_in_order() -> None:
    code, said = ninja("-n", "-v")
    assert code == 0
    assert said == "[1/2] copy source middle\n[2/2] copy middle last\n"


def test_only_what_is_older_would_be_built(work: Path) -> None:
    for number, name in enumerate(("source", "header", "last", "middle"), 1):
        (work / name).touch()
        os.utime(work / name, (number, number))
    # There is no log of commands, by which it knows what it made.
    assert ninja("-n", "-v") == (0, "[1/2] copy source middle\n[2/2] copy middle last\n")
    assert ninja("there") == (0, "ninja: no work to do.\n")


@pytest.mark.usefixtures("work")
def test_what_is_wrong_is_told() -> None:
    code, said = ninja("broken")
    assert code == 1
    assert "'absent', needed by 'broken', missing and no known rule to make it" in said
    code, said = ninja("-C", "nowhere")
    assert code == 1
    assert "chdir to 'nowhere' - No such file or directory" in said


def test_a_file_that_is_none_is_told_with_the_place(work: Path) -> None:
    (work / "build.ninja").write_text("build x: unknown y\n")
    code, said = ninja()
    assert code == 1
    assert "build.ninja:1: unknown build rule 'unknown'" in said


@pytest.mark.usefixtures("work")
def test_a_command_that_cannot_be_started_is_told() -> None:
    code, said = ninja("-j2")
    assert code == 127
    assert "FAILED: [code=127] middle" in said
    assert "ninja: build stopped: subcommand failed." in said


@pytest.mark.usefixtures("work")
def test_tools() -> None:
    assert ninja("-t", "commands")[1].splitlines() == ["copy source middle", "copy middle last"]
    assert 'label="last"' in ninja("-t", "graph")[1]
    query = ninja("-t", "query", "middle")[1].split()
    assert query == ["middle:", "input:", "copy", "source", "|", "header", "outputs:", "last"]
    assert '"command": "copy middle last"' in ninja("-t", "compdb")[1]
