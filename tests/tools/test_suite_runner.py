"""Upstream suites of made-up packages, run as the tests' derivations run them."""

import json
import os
import re
import subprocess
import textwrap
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from suite_runs import SUITE, run, write

BAD = {
    "test_bad.py": """\
        import os, signal, sys, time, pytest
        def test_good(): pass
        def test_wrong(): print("seen by pytest"); assert "this" == "that"
        @pytest.fixture
        def broken(): raise OSError("no set-up")
        def test_setup(broken): pass
        def test_leaves(): sys.exit(3)
        def test_skips(): pytest.skip("not today")
        @pytest.mark.xfail(reason="upstream knows")
        def test_xfails(): assert False
        def test_hangs(): time.sleep(50)
        def test_after(): pass
        """,
    "test_crash.py": """\
        import ctypes, os, signal
        def test_aborts(): os.abort()
        def test_between(): pass
        def test_segfaults(): ctypes.string_at(0)
        def test_vanishes(): os._exit(7)
        def qemu(words, number):
            os.write(2, f"**\\n{words}\\n".encode())
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        def test_qemu_fails(): qemu("qemu-riscv64: QEMU internal SIGSEGV {code=MAPERR, addr=0x20}", 11)
        def test_qemu_asserts(): qemu("Bail out! ERROR:../tcg/tcg.c:1: code should not be reached", 6)
        def test_last(): pass
        """,
    "test_deaf.py": """\
        import signal, time
        def test_deaf():
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
            time.sleep(50)
        """,
}


def test_a_test_may_start_processes_that_begin_anew(python: Path, tmp_path: Path) -> None:
    source = """\
        import multiprocessing, time, pytest
        @pytest.mark.parametrize("how", ["forkserver", "spawn"])
        def test_ends_well(how):
            process = multiprocessing.get_context(how).Process(target=time.sleep, args=(0,))
            process.start()
            process.join()
            assert process.exitcode == 0
        """
    done = run(python, tmp_path, {"test_processes.py": source})
    assert done.receipt, done.said
    assert done.receipt["counts"]["passed"] == 2


def test_blas_takes_no_core_that_another_worker_needs(python: Path, tmp_path: Path) -> None:
    source = """\
        import os
        def test_threads(): assert os.environ["OMP_NUM_THREADS"] == "1"
        """
    done = run(python, tmp_path, {"test_threads.py": source}, workers=2)
    assert done.receipt, done.said


def test_what_the_processes_of_a_failed_test_say_is_shown(python: Path, tmp_path: Path) -> None:
    source = """\
        import os
        def test_before(): os.system("echo of before >&2")
        def test_fails(): assert os.system("echo that is why >&2; exit 1") == 0
        """
    done = run(python, tmp_path, {"test_processes.py": source})
    assert done.said.count("- said by its processes -") == 1
    assert done.said.count("\nthat is why\n") == 1
    assert "of before" not in done.said


def test_whatever_tests_do_the_others_run_and_all_is_reported_once(python: Path, tmp_path: Path) -> None:
    done = run(python, tmp_path, BAD, workers=2, timeout=2, grace=4)
    assert (done.code, done.receipt) == (1, None)
    assert done.printed
    assert done.printed["counts"] == {
        "passed": 4,
        "failed": 3,
        "timed_out": 2,
        "crashed": 5,
        "skipped": 1,
        "xfailed": 1,
        "left_out": 0,
        "total": 16,
    }
    assert done.printed["skips"] == {"not today": 1}
    for once in (
        "E   AssertionError: assert 'this' == 'that'",
        "\nseen by pytest\n",
        "_ test_bad.py::test_setup (setup) _",
        "E   SystemExit: 3",
        "Failed: Timeout (>2.0s) from pytest-timeout",
        "_ test_crash.py::test_aborts (crash) _",
        "_ test_crash.py::test_vanishes (crash) _",
        "Fatal Python error: Segmentation fault",
        'test_deaf.py", line 4 in test_deaf',
        "error: 10 tests failed that are not listed",
    ):
        assert done.said.count(once) == 1, (once, done.said)
    assert "the interpreter died by SIGABRT while test_crash.py::test_aborts ran" in done.said
    assert "the interpreter died by SIGSEGV while test_crash.py::test_segfaults ran" in done.said
    assert "the interpreter ended with status 7 while test_crash.py::test_vanishes ran" in done.said
    assert "QEMU died by SIGSEGV while test_crash.py::test_qemu_fails ran" in done.said
    assert "QEMU died by SIGABRT while test_crash.py::test_qemu_asserts ran" in done.said
    assert "the interpreter hung and was ended while test_deaf.py::test_deaf ran" in done.said


GOOD = {
    "pytest.ini": "[pytest]\nmarkers = slow\n",
    "tests/__init__.py": "",
    "tests/helper.py": "VALUE = 1\n",
    "tests/test_many.py": """\
        import os, pathlib, time, uuid, pytest, thing
        from .helper import VALUE
        WHO = pathlib.Path("../who")
        @pytest.mark.parametrize("n", range(60))
        def test_many(n):
            with WHO.open("a") as file: file.write(f"{os.getpid()}\\n")
            deadline = time.monotonic() + 20
            # The other worker may still be at its start or at the crash below.
            while n == 20 and len(set(WHO.read_text().split())) < 2 and time.monotonic() < deadline:
                time.sleep(0.02)
        @pytest.mark.parametrize("n", [1, 2])
        def test_listed(n): assert n == 2
        @pytest.mark.parametrize("fresh", [object(), uuid.uuid4()], ids=str)
        def test_with_another_name_in_each_process(fresh): pass
        """,
    "tests/test_odd.py": """\
        import os, pathlib, sys
        def test_forks():
            child = os.fork()
            if child: os.waitpid(child, 0)
        def test_writes(): pathlib.Path(__file__).with_suffix(".out").write_text("")
        def test_crash_is_listed(): os.abort()
        def test_out(): raise SystemError
        def test_environment():
            assert os.environ.get("out") is None
            assert os.getcwd() == str(pathlib.Path(__file__).parents[1])
            assert os.environ["PATH"].startswith(os.path.join(sys.prefix, "bin") + os.pathsep)
        """,
    "tests/test_elsewhere.py": "import pytest\npytest.importorskip('not_there', reason='not there')\n",
}
LEFT_OUT = [
    {"test": "tests/test_many.py::test_listed[?]", "class": "emulator", "why": "rounds"},
    {"test": "*::test_crash_is_listed", "class": "wheel", "why": "aborts", "run": True},
    {"test": "*::test_out", "class": "time", "why": "takes an hour"},
]


def test_a_run_that_went_well_leaves_a_receipt(python: Path, tmp_path: Path) -> None:
    conditions = {"architecture": "riscv64", "cpu": "sifive-u54"}
    done = run(python, tmp_path, GOOD, workers=2, left_out=LEFT_OUT, seed=5, conditions=conditions)
    assert done.code == 0, done.said
    assert done.printed is None
    receipt = done.receipt
    assert receipt
    counts = {"passed": 66, "xfailed": 2, "skipped": 1, "left_out": 1, "failed": 0, "crashed": 0}
    assert receipt["counts"] == {**counts, "timed_out": 0, "total": 70}
    assert receipt["skips"] == {"not there": 1}
    assert receipt["stale"] == ["tests/test_many.py::test_listed[2]"]
    assert [(e["class"], e["run"], e["matched"]) for e in receipt["left_out"]] == [
        ("emulator", True, 2),
        ("wheel", True, 1),
        ("time", False, 1),
    ]
    expected = {"name": "thing", "version": "1.2", "run": "full", "share": 1, "seed": 5, "workers": 2}
    assert {key: receipt[key] for key in expected} == expected
    assert receipt["conditions"] == conditions
    assert len(receipt["slowest"]) == 10
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["receipt.json"]
    # One module makes up nearly the whole suite, so both workers must have had a share of it.
    busy = Counter((tmp_path / "work/who").read_text().split()).most_common(2)
    assert busy[1][1] >= 10


SLOW = """\
    import pathlib, time, pytest
    DONE = pathlib.Path("../done")
    class TestOne:
        @pytest.fixture(scope="class", autouse=True)
        def shared(self): yield
        def test_slow(self):
            deadline = time.monotonic() + 20
            while not DONE.exists() and time.monotonic() < deadline: time.sleep(0.02)
            assert DONE.exists()
        def test_behind(self): DONE.touch()
    def test_other(): pass
    """


@pytest.mark.parametrize(
    "asked", ["thing.tests", "thing.tests.test_inside", "thing.tests.test_inside::test_inside"]
)
def test_an_installed_package_may_have_options_of_its_own(python: Path, tmp_path: Path, asked: str) -> None:
    options = ["-p", "no:anyio", "--of-the-package=yes"]
    done = run(python, tmp_path, {}, tests=["--pyargs", asked], options=options)
    assert done.receipt, done.said
    assert done.receipt["slowest"][0]["test"] == "thing/tests/test_inside.py::test_inside"


def test_a_slow_test_holds_up_none_behind_it(python: Path, tmp_path: Path) -> None:
    done = run(python, tmp_path, {"test_slow.py": SLOW}, workers=2)
    assert done.receipt, done.said


def test_a_worker_forgets_a_test_whose_fixtures_were_kept_for_it(python: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    write(work, {"test_slow.py": SLOW})
    (commands, write_end), (read_end, events) = os.pipe(), os.pipe()
    setup: dict[str, Any] = {"name": "thing", "work": str(work), "arguments": ["-q", "."]}
    setup |= {"commands": commands, "events": events}
    process = subprocess.Popen(
        [python, SUITE / "plugin.py", json.dumps(setup)],
        cwd=work,
        pass_fds=(commands, events),
        stdout=subprocess.DEVNULL,
    )
    os.close(commands)
    os.close(events)
    told = []
    with os.fdopen(read_end) as lines, os.fdopen(write_end, "w", buffering=1) as channel:
        channel.write('{"run": [0, 1]}\n')
        for line in lines:
            event = json.loads(line)
            told += [(event["event"], event["test"], event.get("outcome"))] if "test" in event else []
            if event["event"] == "started" and event["test"] == 0:
                channel.write('{"forget": [1]}\n{"run": [2]}\n{"flush": true}\n')
                (tmp_path / "done").touch()
            elif event["event"] == "finished" and event["test"] == 2:
                channel.write('{"quit": true}\n')
    assert process.wait(10) == 0
    assert told == [
        ("started", 0, None),
        ("finished", 0, "passed"),
        ("started", 2, None),
        ("finished", 2, "passed"),
    ]


def test_a_wheel_of_nothing_but_programs_is_tested_too(python: Path, tmp_path: Path) -> None:
    done = run(python, tmp_path, {"test_it.py": "def test_it(): pass\n"}, name="tool")
    assert (done.code, done.receipt and done.receipt["counts"]["passed"]) == (0, 1), done.said


def test_an_extension_beside_the_python_it_was_made_from_is_no_stray(python: Path, tmp_path: Path) -> None:
    done = run(python, tmp_path, {"test_it.py": "from thing._queue import Empty\ndef test_it(): Empty()\n"})
    assert (done.code, done.receipt and done.receipt["counts"]["passed"]) == (0, 1), done.said


def test_progress_names_what_runs_for_long(python: Path, tmp_path: Path) -> None:
    write(tmp_path, {"source/test_it.py": "import time\ndef test_long(): time.sleep(3)\n"})
    work = {"source": str(tmp_path / "source"), "work": str(tmp_path / "work")}
    (tmp_path / "config.json").write_text(json.dumps({"name": "thing", "tests": ["."], **work}))
    impatient = f"""\
        import sys
        sys.path.insert(0, {str(SUITE)!r})
        import run, supervisor
        supervisor._PROGRESS_EVERY = 1.0
        sys.exit(run.main())
        """
    done = subprocess.run(
        [python, "-B", "-c", textwrap.dedent(impatient), tmp_path / "config.json"],
        env={**os.environ, "out": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.search(
        r"0/1 tests, 0 failed, .* left; [12] s in test_it\.py::test_long$", done.stderr, re.MULTILINE
    )


def test_collecting_garbage_does_not_look_through_what_was_there_before(python: Path, tmp_path: Path) -> None:
    text = "import gc\nHELD = [[]]\ndef test_it(): assert not any(it is HELD for it in gc.get_objects())\n"
    done = run(python, tmp_path, {"test_it.py": text})
    assert done.receipt, done.said


def test_tests_in_another_order_in_each_process_are_all_run(python: Path, tmp_path: Path) -> None:
    source = """\
        import pathlib, time, pytest
        NUMBERS = range(8)
        RAN = pathlib.Path("../ran")
        @pytest.mark.parametrize("n", NUMBERS if pathlib.Path.cwd().name == "1" else reversed(NUMBERS))
        def test_it(n):
            with RAN.open("a") as file: file.write(f"{n} {pathlib.Path.cwd().name}\\n")
            deadline = time.monotonic() + 20
            # Until both workers have had a part.
            while len({line.split()[1] for line in RAN.read_text().splitlines()}) < 2:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            assert n != 6
        """
    listed = [{"test": "*[6]", "class": "wheel", "why": "six"}]
    done = run(python, tmp_path, {"test_it.py": source}, workers=2, left_out=listed)
    ran = [line.split()[0] for line in (tmp_path / "work/ran").read_text().splitlines()]
    assert sorted(ran) == sorted(map(str, range(8)))
    assert done.receipt, done.said
    assert (done.receipt["counts"]["passed"], done.receipt["counts"]["xfailed"]) == (7, 1)
    assert done.receipt["stale"] == []


def test_a_test_of_which_a_part_was_skipped_has_passed(python: Path, tmp_path: Path) -> None:
    source = """\
        import unittest
        class TestIt(unittest.TestCase):
            def test_it(self):
                with self.subTest(1): self.skipTest("not here")
                with self.subTest(2): pass
        """
    done = run(python, tmp_path, {"test_it.py": source})
    assert done.receipt, done.said
    counts = {name: count for name, count in done.receipt["counts"].items() if count}
    assert (counts, done.receipt["skips"]) == ({"passed": 1, "total": 1}, {})


def test_half_a_letter_in_a_reason_is_no_harm(python: Path, tmp_path: Path) -> None:
    source = "import pytest\ndef test_a(): pytest.skip('no \\udc80')\ndef test_b(): pass\n"
    done = run(python, tmp_path, {"test_it.py": source})
    assert done.code == 0, done.said
    assert done.receipt
    assert "no \udc80" in json.dumps(done.receipt, ensure_ascii=False)


def test_a_crash_at_the_end_may_be_listed(python: Path, tmp_path: Path) -> None:
    source = "import atexit, os\natexit.register(os.abort)\ndef test_it(): pass\n"
    listed = [{"test": "(exit)", "class": "wheel", "why": "aborts"}]
    done = run(python, tmp_path, {"test_it.py": source}, left_out=listed)
    assert done.receipt, done.said
    counts = {name: count for name, count in done.receipt["counts"].items() if count}
    assert (counts, done.receipt["left_out"][0]["matched"]) == ({"passed": 1, "total": 1}, 1)


def test_a_link_to_what_is_not_there_is_no_harm(python: Path, tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source/LICENSE").symlink_to("../LICENSE")
    done = run(python, tmp_path, {"test_it.py": "def test_it(): pass\n"})
    assert done.receipt, done.said
