"""The verbs, from end to end, on a flake of a few shell commands and a mirror on loopback."""

import errno
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import pytest

from farwheel import builder, cache, fetch, nix, targets
from farwheel.builder import Effort
from farwheel.cli import main
from farwheel.pins import read_json
from loopback import Server

pytestmark = pytest.mark.nix
Capture = pytest.CaptureFixture[str]
GOOD = "good-1.0-{0}-{0}-manylinux_2_36_riscv64.whl"


def test_build_fetches_builds_and_prints_nothing_but_paths(mirror: Server, capsys: Capture) -> None:
    assert main(["build", "good-riscv64"]) == 0
    said = capsys.readouterr()
    names = [GOOD.format(python) for python in ("cp313", "cp314")]
    assert said.out.splitlines() == [f"wheelhouse/{name}" for name in names]
    assert "building good-cp313-riscv64 (2 of 2 remain)" in said.err
    assert "add-root" not in said.err
    assert sorted(path.name for path in Path("wheelhouse").iterdir()) == names
    assert len(mirror.asked) == 1
    assert not list(cache.folder("files").iterdir())
    assert len(list(cache.folder("gcroots").iterdir())) == 2


def test_a_second_build_does_nothing_and_is_quick(mirror: Server, capsys: Capture) -> None:
    main(["build", "good"])
    capsys.readouterr()
    mirror.answers.clear()
    seconds = []
    for _ in range(3):
        capsys.readouterr()
        began = time.monotonic()
        assert main(["build", "good", "--json"]) == 0
        seconds.append(time.monotonic() - began)
    assert min(seconds) < 2
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 4
    assert {row["seconds"] for row in rows} == {None}
    for row in rows:
        assert hashlib.sha256(Path(row["path"]).read_bytes()).hexdigest() == row["sha256"]


def test_a_failure_shows_its_whole_log_and_how_to_see_it_again(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    assert main(["build", "bad-riscv64.cp313"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "--- the whole log of bad-cp313-riscv64 ---\nline one\nline two\n---" in said.err
    command = said.err.rsplit("to see it again: ", 1)[1].split()
    assert command[:2] == ["nix-store", "--read-log"]
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert again.stdout == "line one\nline two\n"


def test_a_build_that_hangs_ends(mirror: Server, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    assert mirror.url
    monkeypatch.setattr(builder, "_SILENT", 1)
    began = time.monotonic()
    assert main(["build", "slow-riscv64.cp313"]) == 1
    assert time.monotonic() - began < 30
    said = capsys.readouterr().err
    assert "slow-cp313-riscv64" in said.rsplit("error: ", 1)[1]
    assert "timed out after 1 seconds of silence" in said


def test_all_failures_are_told_unless_fail_fast(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    assert main(["build", "bad-riscv64"]) == 1
    assert "the build of bad-cp313-riscv64, bad-cp314-riscv64 failed" in capsys.readouterr().err


def test_a_failure_keeps_no_other_from_its_wheel(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    assert main(["build", "bad-riscv64.cp313", "good-riscv64.cp313"]) == 1
    said = capsys.readouterr()
    assert said.out.split() == ["wheelhouse/good-1.0-cp313-cp313-manylinux_2_36_riscv64.whl"]
    bad, good = said.err[said.err.index("  bad-riscv64.cp313 ") :].splitlines()[:2]
    assert bad.split() == ["bad-riscv64.cp313", "MISSING"]
    assert good.split()[0] == "good-riscv64.cp313"
    assert good.endswith(" s")


def test_all_are_built_when_asked_for(
    mirror: Server, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert mirror.url
    known = {name: entry for name, entry in targets.catalogue().items() if name in {"good", "moody"}}
    monkeypatch.setattr(targets, "catalogue", lambda: known)
    assert main(["build", "--all", "--python", "3.13", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {(row["name"], row["architecture"]) for row in rows} == {
        (name, architecture) for name in known for architecture in ("riscv64", "loongarch64")
    }
    for words in ([], ["--all", "good"]):
        assert main(["build", *words]) == 2
        assert "name what to build, or say --all" in capsys.readouterr().err


def test_wrong_bytes_of_a_mirror_never_reach_the_store(mirror: Server, capsys: Capture) -> None:
    path = next(iter(mirror.answers))
    mirror.file(path, b"x" * read_json(nix.REPOSITORY / "pin.json")["size"])
    assert main(["build", "good-riscv64.cp313"]) == 75
    said = capsys.readouterr().err
    assert "wrong content: sha256 is" in said
    assert "FARWHEEL_DEBIAN" in said
    (wanted,) = fetch.missing(list(targets.derivations(targets.parse(["good-riscv64.cp313"])).values()))
    assert not Path(wanted.output).exists()


def test_a_wheel_with_other_bytes_is_not_overwritten(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    assert main(["build", "good-riscv64.cp313"]) == 0
    (wheel,) = Path("wheelhouse").iterdir()
    wheel.write_bytes(b"mine")
    assert main(["build", "good-riscv64.cp313"]) == 1
    assert "--force" in capsys.readouterr().err
    assert wheel.read_bytes() == b"mine"
    assert main(["build", "good-riscv64.cp313", "--force"]) == 0
    assert wheel.read_bytes() != b"mine"


def test_a_target_without_wheels_is_an_error(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    assert main(["build", "empty-riscv64.cp313"]) == 1
    assert "holds no wheel" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["godo-riscv64"], "did you mean: good-riscv64"),
        (["good-riscv46"], "did you mean: good-riscv64"),
        (["good", "--python", "cp399"], "there are: cp31"),
        (["completely-else"], "see: farwheel list"),
    ],
)
def test_what_does_not_exist_is_a_usage_error(
    mirror: Server, capsys: Capture, words: list[str], hint: str
) -> None:
    assert mirror.url
    assert main(["build", *words]) == 2
    said = capsys.readouterr()
    assert said.err.startswith("error: unknown ")
    assert hint in said.err


def test_a_cpython_in_the_name_and_another_one_beside_it_is_a_usage_error(
    mirror: Server, capsys: Capture
) -> None:
    assert mirror.url
    assert main(["build", "good-riscv64.cp314", "--python", "cp313"]) == 2
    assert "error: good-riscv64.cp314 is none of --python cp313" in capsys.readouterr().err


def test_list(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    assert main(["list"]) == 0
    assert "good   1.0  loongarch64 riscv64  cp313 cp314  disguised\n" in capsys.readouterr().out
    assert main(["list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["good"]["version"] == "1.0"


def test_a_bundle_serves_a_machine_without_network(
    mirror: Server, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["fetch", "good-riscv64", "--bundle", "all.tar"]) == 0
    shutil.rmtree(cache.folder())
    monkeypatch.setenv("FARWHEEL_DEBIAN", "http://127.0.0.1:9")
    assert main(["build", "good-riscv64.cp313"]) == 75
    assert main(["fetch", "--from-bundle", "all.tar"]) == 0
    assert main(["build", "good-riscv64.cp313"]) == 0
    assert len(mirror.asked) == 1
    capsys.readouterr()
    assert main(["fetch", "good-riscv64"]) == 0
    assert "nothing to fetch" in capsys.readouterr().err


def test_a_damaged_bundle_adds_nothing(mirror: Server, capsys: Capture) -> None:
    assert main(["fetch", "good-riscv64", "--bundle", "all.tar"]) == 0
    assert mirror.answers
    whole = Path("all.tar").read_bytes()
    assert b"PK\x03\x04" in whole
    Path("all.tar").write_bytes(whole.replace(b"PK\x03\x04", bytes(4)))
    assert main(["fetch", "--from-bundle", "all.tar"]) == 1
    assert "the bundle is damaged" in capsys.readouterr().err
    Path("all.tar").write_bytes(whole[:600])
    assert main(["fetch", "--from-bundle", "all.tar"]) == 1
    Path("all.tar").write_bytes(b"PK not a tar")
    assert main(["fetch", "--from-bundle", "all.tar"]) == 1
    assert "not a whole bundle" in capsys.readouterr().err
    (wanted,) = fetch.missing(list(targets.derivations(targets.parse(["good-riscv64.cp313"])).values()))
    assert not Path(wanted.output).exists()


@pytest.mark.parametrize("words", [[], ["good", "--pins"], ["good", "--from-bundle", "x"]])
def test_fetch_wants_one_thing(mirror: Server, words: list[str]) -> None:
    assert mirror.url
    assert main(["fetch", *words]) == 2


def start(*words: str) -> "subprocess.Popen[str]":
    code = (
        "import sys; from pathlib import Path; from farwheel import nix;"
        "nix.REPOSITORY = Path(sys.argv.pop(1)); from farwheel.cli import main; sys.exit(main())"
    )
    source = Path(__file__).parents[2] / "tools/src"
    return subprocess.Popen(
        [sys.executable, "-c", code, str(nix.REPOSITORY), *words],
        env=os.environ | {"PYTHONPATH": str(source)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_ctrl_c_ends_the_build_quietly(mirror: Server) -> None:
    assert mirror.url
    process = start("build", "slow-riscv64.cp313")
    assert process.stderr is not None
    assert "building slow-cp313-riscv64" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in said


def test_a_full_disk_is_told_and_gets_no_half_wheel(
    mirror: Server, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    assert mirror.url
    assert main(["build", "good-riscv64.cp313", "-o", "elsewhere"]) == 0

    def full(_: IO[bytes], target: IO[bytes]) -> None:
        target.write(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copyfileobj", full)
    assert main(["build", "good-riscv64.cp313", "-o", "out"]) == 75
    assert "error: the disk is full" in capsys.readouterr().err
    assert list(Path("out").iterdir()) == []


def test_two_builds_at_once(mirror: Server) -> None:
    processes = [start("build", "good-riscv64", "-o", "out") for _ in range(2)]
    said = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    assert said[0][0] == said[1][0]
    assert len(mirror.asked) == 1
    assert len(list(Path("out").iterdir())) == 2


@pytest.mark.parametrize(("machine", "jobs"), [(1, "2"), (2, "2"), (8, "2"), (32, "8")])
def test_effort_follows_the_machine(monkeypatch: pytest.MonkeyPatch, machine: int, jobs: str) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(machine)))
    assert Effort().options()[:4] == ["--cores", str(machine), "--max-jobs", jobs]
    assert Effort(cores=3, jobs=5).options()[:4] == ["--cores", "3", "--max-jobs", "5"]


def test_a_wheel_that_is_refused_keeps_no_other_back(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    mine = Path("wheelhouse", GOOD.format("cp313"))
    mine.parent.mkdir()
    mine.write_bytes(b"mine")
    assert main(["build", "empty-riscv64.cp313", "good-riscv64", "bad-riscv64.cp313"]) == 1
    said = capsys.readouterr()
    assert said.out.split() == [f"wheelhouse/{GOOD.format('cp314')}"]
    assert mine.read_bytes() == b"mine"
    table = dict(line.split()[:2] for line in said.err.splitlines() if "-riscv64.cp" in line[:24])
    assert table["empty-riscv64.cp313"] == table["good-riscv64.cp313"] == "REFUSED"
    assert table["bad-riscv64.cp313"] == "MISSING"
    errors = [line for line in said.err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 3
    assert "holds no wheel" in errors[0]
    assert "holds other bytes" in errors[1]
    assert "the build of bad-cp313-riscv64 failed" in errors[2]


def test_json_has_those_that_are_there(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    assert main(["build", "empty-riscv64.cp313", "good-riscv64.cp314", "--json"]) == 1
    assert [row["file"] for row in json.loads(capsys.readouterr().out)] == [GOOD.format("cp314")]


def test_a_place_that_cannot_be_had_is_named(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    Path("file").touch()
    Path("folder").mkdir()
    for words, place in (
        (["build", "good-riscv64.cp313", "-o", "file"], "file"),
        (["fetch", "good-riscv64.cp313", "--bundle", "folder"], "folder"),
        (["fetch", "good-riscv64.cp313", "--bundle", "nowhere/x"], "nowhere"),
        (["fetch", "--from-bundle", "folder"], "folder"),
    ):
        assert main(words) == 1, words
        (said,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
        assert place in said
