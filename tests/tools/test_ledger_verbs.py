"""Ledger and upstream's tests, from end to end, on the flake that test_build.py uses."""

import json
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from farwheel import builder, ledger, nix, records
from farwheel.cli import main
from farwheel.targets import Target
from loopback import Server
from test_build import start
from waiting import waiting

pytestmark = pytest.mark.nix
Capture = pytest.CaptureFixture[str]
WHEEL = "good-1.0-cp313-cp313-manylinux_2_36_riscv64.whl"


def book(name: str = "good") -> ledger.Ledger:
    return ledger.load(nix.REPOSITORY / f"pkgs/{name}/wheels.json")


def test_what_a_cpu_with_vectors_came_to_is_noted_beside(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    assert main(["ledger", "update", "good-riscv64.cp313"]) == 0
    assert main(["ledger", "update", "--vectors", "good-riscv64.cp313"]) == 1
    assert "ledger update --tests good-riscv64.cp313" in capsys.readouterr().err
    assert main(["ledger", "update", "--tests", "good-riscv64.cp313"]) == 0
    before = book()[WHEEL].tests
    assert before
    assert main(["ledger", "update", "--vectors", "good-riscv64.cp313"]) == 0
    counts = {"passed": 7, "failed": 0, "skipped": 1}
    assert book()[WHEEL].tests == before | {"vectors": {"counts": counts, "seconds": 3, "cpu": "vectors"}}
    assert main(["ledger", "update", "--vectors", "--tests", "good-riscv64.cp313"]) == 2
    known = book()
    ledger.save(records.path("good"), {WHEEL: replace(known[WHEEL], sha256="0" * 64)})
    capsys.readouterr()
    assert main(["ledger", "update", "--vectors", "good-riscv64.cp313"]) == 1
    assert f"{WHEEL} has other bytes than the ledger holds" in capsys.readouterr().err


def test_what_another_farwheel_noted_meanwhile_stays(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    assert main(["ledger", "update", "good-riscv64.cp313"]) == 0
    target = Target("good", "riscv64", "cp313")
    with waiting("ledger", lambda: records.update([target], builder.Effort(), {}), capsys):
        others = replace(book()[WHEEL], reproduced=(ledger.Reproduction("varied", "2026-01-02"),))
        ledger.save(records.path("good"), {WHEEL: others})
    assert [past.variation for past in book()[WHEEL].reproduced] == ["varied"]


def test_the_ledger_is_written_and_a_second_time_changes_nothing(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    (nix.REPOSITORY / "pkgs/good").mkdir(parents=True)
    (nix.REPOSITORY / "pkgs/good/pin.json").write_text('{"version": "1.0", "build": {}}')
    page = nix.REPOSITORY / "docs/status.md"
    page.parent.mkdir()
    page.touch()
    assert main(["ledger", "update", "good-riscv64"]) == 0
    assert capsys.readouterr().out.splitlines() == [WHEEL, WHEEL.replace("313", "314")]
    file = nix.REPOSITORY / "pkgs/good/wheels.json"
    first = file.read_bytes()
    assert "| 1.0 riscv64 | 3.13, 3.14 | - | - | " in page.read_text("utf-8")
    entry = book()[WHEEL]
    assert (entry.architecture, entry.pythons, entry.tests) == ("riscv64", ("cp313",), None)
    assert entry.seconds is not None
    assert entry.needs == ledger.Needs(("libc.so.6",), {"GLIBC": "GLIBC_2.27"})
    assert main(["ledger", "update", "good-riscv64"]) == 0
    assert capsys.readouterr().out == ""
    assert file.read_bytes() == first


def test_a_receipt_goes_into_the_ledger_and_stays(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    assert main(["ledger", "update", "--tests", "good-riscv64.cp313"]) == 0
    assert main(["ledger", "update", "good-riscv64.cp313"]) == 0
    tests = book()[WHEEL].tests
    assert tests is not None
    assert tests["counts"]["passed"] == 7
    capsys.readouterr()
    assert main(["ledger", "show", "good"]) == 0
    assert capsys.readouterr().out.endswith(f"  {WHEEL}  reproduced: never; 7 tests passed\n")


def test_what_a_folder_lacks_of_the_ledger_is_named_as_build_takes_it(
    mirror: Server, capsys: Capture
) -> None:
    assert mirror.url
    assert main(["ledger", "update", "good-riscv64"]) == 0
    file = nix.REPOSITORY / "pkgs/good/wheels.json"
    entries = book()
    # What is of another version can only be kept, not built.
    ledger.save(file, entries | {WHEEL.replace("1.0", "0.9"): entries[WHEEL]})
    assert main(["build", "good-riscv64.cp314"]) == 0
    capsys.readouterr()
    assert main(["ledger", "missing"]) == 0
    lacking = capsys.readouterr().out
    assert lacking == "good-riscv64.cp313\n"
    assert main(["ledger", "missing", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"good": ["good-riscv64.cp313"]}
    assert main(["build", *lacking.split()]) == 0
    capsys.readouterr()
    assert main(["ledger", "missing"]) == 0
    assert capsys.readouterr().out == ""


def test_of_several_suites_those_that_passed_are_written(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    targets = ["moody-riscv64.cp313", "good-riscv64.cp313"]
    assert main(["ledger", "update", "--tests", *targets]) == 1
    assert capsys.readouterr().out == f"{WHEEL}\n"
    assert [entry.tests is not None for entry in book().values()] == [True]
    assert book("moody") == {}
    assert main(["test", *targets]) == 1
    said = capsys.readouterr()
    assert said.out.startswith("good-riscv64.cp313 on plain: 7 passed")
    assert "error: no receipt for moody-riscv64.cp313: the build of moody-cp313-riscv64-tests" in said.err
    assert "t::moody failed" in said.err


def test_a_part_of_a_suite_is_chosen_in_pytests_words(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    assert main(["test", "good-riscv64.cp313", "--select", 'tests/it.py -k "one or two"']) == 0
    assert capsys.readouterr().out.startswith("good-riscv64.cp313 on tests/it.py|-k|one or two: 7 passed")
    assert main(["test", "good-riscv64.cp313", "--select", "-k 'one"]) == 2
    assert "No closing quotation" in capsys.readouterr().err
    assert main(["test", "--select", "tests/it.py"]) == 2
    assert "none is named" in capsys.readouterr().err


def test_an_interrupted_update_writes_nothing(mirror: Server) -> None:
    assert mirror.url
    process = start("ledger", "update", "--tests", "slow-riscv64.cp313")
    assert process.stderr is not None
    assert "building slow-cp313-riscv64-tests" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 130
    assert book("slow") == {}


def test_a_build_says_whether_the_ledger_has_it(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    for known in (False, True):
        assert main(["build", "good-riscv64.cp313", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)[0]["in_ledger"] is known
        assert main(["ledger", "update", "good-riscv64.cp313"]) == 0
        capsys.readouterr()


def test_other_bytes_than_the_ledgers_are_refused(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    assert main(["ledger", "update", "good-riscv64.cp313"]) == 0
    (nix.REPOSITORY / "salt").write_text("a changed recipe")
    flake = nix.REPOSITORY / "flake.nix"
    flake.write_text(flake.read_text().replace("cat ${pin", "echo more; cat ${pin"))
    assert main(["build", "good-riscv64.cp313"]) == 1
    said = capsys.readouterr().err
    assert f"{WHEEL} has other bytes than the ledger holds" in said
    assert "good-1.0-1-cp313-cp313-manylinux_2_36_riscv64.whl" in said
    assert not Path("wheelhouse").exists()
    assert main(["ledger", "update", "good-riscv64.cp313"]) == 1
    assert "one name stands for one content" in capsys.readouterr().err


def test_how_long_a_build_took_is_remembered_for_the_ledger(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    assert main(["build", "good-riscv64.cp313", "--json"]) == 0
    [row] = json.loads(capsys.readouterr().out)
    assert main(["ledger", "update", "good-riscv64.cp313"]) == 0
    # Tenths of seconds: 0.0 is a time as well.
    assert row["seconds"] is not None
    assert book()[WHEEL].seconds == row["seconds"]


def test_a_time_that_a_full_disk_cut_off_is_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FARWHEEL_CACHE", str(tmp_path))
    assert builder.took("/nix/store/abc-demo.drv") is None
    (tmp_path / "seconds/abc-demo").touch()
    assert builder.took("/nix/store/abc-demo.drv") is None
    (tmp_path / "seconds/abc-demo").write_text("1.5\n")
    assert builder.took("/nix/store/abc-demo.drv") == 1.5


def test_upstreams_tests_give_a_line_a_wheel(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    assert main(["test", "good-riscv64.cp313"]) == 0
    line = "good-riscv64.cp313 on plain: 7 passed, 1 skipped in 3 s; stale: t::old\n"
    assert capsys.readouterr().out == line
    assert main(["test", "good-riscv64.cp313", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["good-riscv64.cp313"]["counts"]["passed"] == 7
