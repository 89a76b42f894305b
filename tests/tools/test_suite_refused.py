"""Runs of upstream suites that leave no receipt, and what they say."""

import re
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from disk import full_disk
from suite_runs import SUITE, outcome, run, start

GOOD = "import thing\ndef test_good(): assert thing.WHEEL\n"


def test_what_is_wrong_before_any_test_runs(python: Path, tmp_path: Path) -> None:
    broken = {"test_good.py": GOOD, "test_broken.py": "import nowhere\n"}
    cases: list[tuple[dict[str, str], dict[str, Any], str]] = [
        (broken, {}, "pytest could not collect test_broken.py"),
        ({"test_none.py": ""}, {}, "no test was collected"),
        ({}, {"tests": ["--pyargs", "nothing"]}, "module or package not found: nothing"),
        (
            {"src/thing/__init__.py": "WHEEL = True\n", "test_good.py": GOOD}
            | {"conftest.py": "import sys, os\nsys.path.insert(0, os.path.abspath('src'))\n"},
            {},
            "thing: .*/work/1/src/thing/__init__.py",
        ),
        (
            {"thing/__init__.py": "", "tests/test_good.py": GOOD},
            {"options": ["--import-mode=importlib"]},
            "thing: .*/work/1/thing/__init__.py",
        ),
        ({"test_good.py": GOOD}, {"name": "unknown"}, "unknown is not installed in"),
        (
            {"test_good.py": GOOD},
            {"name": "empty"},
            "empty says of no module or program",
        ),
    ]
    started = []
    for number, (files, config, message) in enumerate(cases):
        folder = tmp_path / str(number)
        folder.mkdir()
        started.append((start(python, folder, files, **config), folder, message))
    for process, folder, message in started:
        done = outcome(process, folder)
        assert (done.code, done.printed, done.receipt) == (1, None, None), done.said
        assert re.search(message, done.said), done.said


def test_a_test_that_turns_to_the_source_tree_late_is_caught(python: Path, tmp_path: Path) -> None:
    test = """\
        import sys, os
        def test_late():
            sys.path.insert(0, os.path.abspath("src"))
            import thing
        """
    done = run(python, tmp_path, {"src/thing/__init__.py": "", "test_late.py": test})
    assert (done.code, done.receipt) == (1, None)
    assert "work/1/src/thing/__init__.py" in done.said


def test_a_list_that_has_rotted_fails_the_full_run_and_not_the_core(python: Path, tmp_path: Path) -> None:
    rotten = [{"test": "*::test_gone", "class": "wheel", "why": "was wrong"}]
    core = ["--pyargs", "thing"]
    config = {"tests": core, "core": core, "left_out": rotten, "workers": 1}
    (tmp_path / "full").mkdir()
    (tmp_path / "core").mkdir()
    first = start(python, tmp_path / "full", {}, **config)
    short = run(python, tmp_path / "core", {}, run="core", **config)
    full = outcome(first, tmp_path / "full")
    assert (full.code, full.receipt) == (1, None)
    assert "no test is called *::test_gone" in full.said
    assert short.receipt, short.said
    assert short.receipt["slowest"][0]["test"] == "thing/tests/test_inside.py::test_inside"


def test_workers_that_collect_different_tests_are_told_apart(python: Path, tmp_path: Path) -> None:
    test = "import os\nglobals()[f'test_{os.getpid()}'] = lambda: None\n"
    done = run(python, tmp_path, {"test_it.py": test}, workers=2)
    assert (done.code, done.receipt) == (1, None)
    assert re.search(
        r"error: two workers have collected different tests: test_it\.py::test_\d+ differs", done.said
    )


def test_a_crash_between_tests_is_reported(python: Path, tmp_path: Path) -> None:
    files = {"test_exit.py": "import atexit, os\ndef test_exit(): atexit.register(os.abort)\n"}
    done = run(python, tmp_path, files)
    assert (done.code, done.receipt) == (1, None)
    assert "the interpreter died by SIGABRT between tests" in done.said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run_leaves_no_receipt_and_no_process(
    python: Path, tmp_path: Path, number: signal.Signals
) -> None:
    files = {
        "test_long.py": """\
            import os, pathlib, subprocess, sys, time
            def test_long():
                child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(50)"])
                pathlib.Path("new").write_text(f"{os.getpid()} {child.pid}")
                os.rename("new", "../pids")
                time.sleep(50)
            """
    }
    process = start(python, tmp_path, files, workers=2)
    pids = tmp_path / "work/pids"
    deadline = time.monotonic() + 30
    while not pids.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(number)
    printed, said = process.communicate(timeout=20)
    assert (process.returncode, printed) == (128 + number, "")
    assert f"interrupted by {number.name}" in said
    assert list((tmp_path / "out").iterdir()) == []
    deadline = time.monotonic() + 10
    while (left := [pid for pid in pids.read_text().split() if alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not left


def alive(pid: str) -> bool:
    """Whether it runs: what was killed does until it gets the CPU, and an orphan may stay a zombie."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_full_disk_leaves_no_receipt(python: Path, tmp_path: Path) -> None:
    # What the folder holds afterwards is seen in there alone.
    listed = ["sh", "-c", '"$@"; code=$?; ls -A "$0"; exit $code', str(tmp_path / "out")]
    process = start(python, tmp_path, {"test_good.py": GOOD}, [*full_disk(tmp_path / "out"), *listed])
    printed, said = process.communicate(timeout=60)
    assert (process.returncode, printed) == (1, "filler\n")
    assert "error: [Errno 28] No space left on device" in said


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"worker": 2}, "a run knows no worker"),
        ({"run": "core"}, "where there is a core"),
        ({"workers": 0}, "at least 1"),
        ({"left_out": [{"test": "*", "why": "x"}]}, "lacks 'class'"),
        ({"left_out": [{"test": "*", "class": "luck", "why": "x"}]}, "needs a class"),
        ({"left_out": [{"test": "*", "class": "time", "why": " "}]}, "why it is left out"),
        ({"left_out": [{"test": "*", "class": "time", "why": "x", "run": True}]}, "takes too long"),
        ({"work": str(SUITE)}, "is not empty"),
    ],
)
def test_a_configuration_that_makes_no_sense(config: dict[str, Any], message: str, tmp_path: Path) -> None:
    done = run(Path(sys.executable), tmp_path, {}, **config)
    assert done.code == 1
    assert message in done.said
    assert done.said.startswith("error: ")


@pytest.mark.parametrize("code", [0, 1])
def test_a_test_that_ends_pytest_has_crashed(python: Path, tmp_path: Path, code: int) -> None:
    source = f"""\
        import pytest
        def test_good(): pass
        def test_leaves(): pytest.exit("enough", returncode={code})
        def test_fails(): assert False
        """
    done = run(python, tmp_path, {"test_it.py": source}, budget=20, beyond="cut")
    assert (done.code, done.receipt) == (1, None)
    assert done.printed
    counts = {name: count for name, count in done.printed["counts"].items() if count}
    assert counts == {"passed": 1, "failed": 1, "crashed": 1, "total": 3}
    assert f"the interpreter ended with status {code} while test_it.py::test_leaves ran" in done.said


def test_a_suite_of_which_nothing_passed_leaves_no_receipt(python: Path, tmp_path: Path) -> None:
    """A crash at the end that is known is no test that went as it should."""
    source = "import atexit, os, pytest\natexit.register(os.abort)\ndef test_it(): pytest.skip('not here')\n"
    listed = [{"test": "(exit)", "class": "wheel", "why": "aborts"}]
    done = run(python, tmp_path, {"test_it.py": source}, left_out=listed)
    assert (done.code, done.receipt) == (1, None)
    assert "error: no test passed" in done.said
