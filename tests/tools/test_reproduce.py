"""Reproducing, from end to end, on the flake that test_build.py uses."""

import json
import shutil
from dataclasses import replace

import pytest

from farwheel import builder, cache, ledger, nix, reproduce, targets
from farwheel.cli import main
from loopback import Server
from test_ledger_verbs import WHEEL, Capture, book

pytestmark = pytest.mark.nix


def test_what_is_reproduced_is_noted(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    assert main(["ledger", "update", "good-riscv64.cp313"]) == 0
    capsys.readouterr()
    assert main(["reproduce", "good-riscv64.cp313", "--record", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["variation"], row["same"]) for row in rows] == [("varied", True), ("mode", True)]
    assert [past.variation for past in book()[WHEEL].reproduced] == ["mode", "varied"]


def test_who_reproduced_it_is_noted_beside_others(
    mirror: Server, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert mirror.url
    for name in ("SERVER_URL", "REPOSITORY", "RUN_ID"):
        monkeypatch.delenv(f"GITHUB_{name}", raising=False)
    again = ["reproduce", "good-riscv64.cp313", "--variation", "varied"]
    assert main(["ledger", "update", "good-riscv64.cp313"]) == 0
    for by in ([], ["--by", "Ada"]):
        assert main([*again, "--record", *by]) == 0
    noted = book()[WHEEL]
    long_ago = tuple(replace(past, date="2026-01-02") for past in noted.reproduced)
    ledger.save(nix.REPOSITORY / "pkgs/good/wheels.json", {WHEEL: replace(noted, reproduced=long_ago)})
    assert main([*again, "--record", "--by", "Ada"]) == 0
    assert book()[WHEEL].reproduced == long_ago
    for name, value in (("SERVER_URL", "https://forge.test"), ("REPOSITORY", "o/r"), ("RUN_ID", "7")):
        monkeypatch.setenv(f"GITHUB_{name}", value)
    assert main([*again, "--record"]) == 0
    run = "https://forge.test/o/r/actions/runs/7"
    assert [past.by for past in book()[WHEEL].reproduced] == ["", "Ada", run]
    assert main([*again, "--by", "Ada"]) == 2
    assert "say --record too" in capsys.readouterr().err


def test_a_build_time_that_was_not_known_is_noted_with_it(mirror: Server) -> None:
    assert mirror.url
    assert main(["build", "good-riscv64.cp313"]) == 0
    shutil.rmtree(cache.folder("seconds"))
    assert main(["ledger", "update", "good-riscv64.cp313"]) == 0
    assert book()[WHEEL].seconds is None
    assert main(["reproduce", "good-riscv64.cp313", "--record", "--variation", "varied"]) == 0
    assert book()[WHEEL].seconds is None
    assert main(["reproduce", "good-riscv64.cp313", "--record", "--variation", "again"]) == 0
    assert book()[WHEEL].seconds is not None


def test_what_gives_the_same_bytes_at_once_is_not_made_one_by_one(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    assert main(["reproduce", "good-riscv64.cp313"]) == 0
    said = capsys.readouterr().err
    assert "building good-together-cp313-riscv64" in said
    assert "good-varied" not in said
    assert "good-accelerated" not in said
    assert main(["reproduce", "good-riscv64.cp313", "--variation", "mode"]) == 0
    said = capsys.readouterr().err
    assert "building good-accelerated-cp313-riscv64" in said
    assert "good-varied" not in said


def test_what_is_noted_of_these_bytes_is_not_made_again(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    missing = ["reproduce", "good-riscv64.cp313", "--missing", "--record", "--json"]

    def made() -> list[str]:
        capsys.readouterr()
        assert main(missing) == 0
        return [row["variation"] for row in json.loads(capsys.readouterr().out)]

    assert main(["ledger", "update", "good-riscv64.cp313"]) == 0
    assert main(["reproduce", "good-riscv64.cp313", "--variation", "varied", "--record"]) == 0
    assert made() == ["mode"]
    assert made() == []
    assert main(missing) == 0
    assert "nothing is missing" in capsys.readouterr().err
    file = nix.REPOSITORY / "pkgs/good/wheels.json"
    ledger.save(file, {name: replace(entry, sha256="0" * 64) for name, entry in book().items()})
    capsys.readouterr()
    assert main(missing[:3]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_first_build_of_the_ledgers_bytes_is_a_reproduction(
    mirror: Server, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert mirror.url
    assert main(["ledger", "update", "good-riscv64.cp313"]) == 0
    # Another derivation, which nothing has built yet, of the same bytes.
    (nix.REPOSITORY / "salt").write_text("another machine")
    monkeypatch.setattr(builder, "rebuild", lambda *_: pytest.fail("built twice"))
    command = ["reproduce", "good-riscv64.cp313", "--variation", "again"]
    capsys.readouterr()
    assert main([*command, "--record"]) == 0
    assert capsys.readouterr().out.startswith(f"same bytes  again         {WHEEL} ")
    assert [past.variation for past in book()[WHEEL].reproduced] == ["again"]
    # What the ledger does not hold proves nothing by being built once.
    (nix.REPOSITORY / "pkgs/good/wheels.json").unlink()
    (nix.REPOSITORY / "salt").write_text("a third one")
    with pytest.raises(pytest.fail.Exception, match="built twice"):
        main(command)


def test_the_ledger_stands_for_a_wheel_until_bytes_differ(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    flake = nix.REPOSITORY / "flake.nix"
    assert main(["ledger", "update", "good-riscv64.cp313"]) == 0
    (nix.REPOSITORY / "salt").write_text("another machine")
    capsys.readouterr()
    assert main(["reproduce", "good-riscv64.cp313", "--variation", "varied", "--record"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith(f"same bytes  varied        {WHEEL} ")
    assert "building good-varied-cp313-riscv64" in said.err
    assert "building good-cp313-riscv64" not in said.err
    assert [past.variation for past in book()[WHEEL].reproduced] == ["varied"]
    # With other bytes it is the variation that is judged, not the ledger.
    flake.write_text(flake.read_text().replace("cat ${pin", "echo more; cat ${pin"))
    assert main(["reproduce", "good-riscv64.cp313", "--variation", "varied"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith(f"same bytes  varied        {WHEEL} ")
    assert "building good-cp313-riscv64" in said.err


def test_a_wheel_of_another_build_stands_for_nothing(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    assert main(["ledger", "update", "good-riscv64.cp313"]) == 0
    assert main(["reproduce", "good-riscv64.cp313", "--record"]) == 0
    (nix.REPOSITORY / "salt").write_text("another machine")
    command = ["reproduce", "good-riscv64.cp313", "--missing"]
    assert main(command) == 0
    assert "nothing is missing" in capsys.readouterr().err
    flake = nix.REPOSITORY / "flake.nix"
    flake.write_text(flake.read_text().replace("build = null;", "build = 1;"))
    targets.catalogue.cache_clear()
    assert main(command) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_wheel_for_all_cpythons_is_reproduced_once(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    assert main(["reproduce", "abi3-riscv64", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["variation"] for row in rows] == ["varied", "mode"]


def test_what_is_not_reproduced_fails_and_is_not_noted(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    assert main(["ledger", "update", "moody-riscv64.cp313"]) == 0
    capsys.readouterr()
    every = [word for name in reproduce.VARIATIONS for word in ("--variation", name)]
    assert main(["reproduce", "moody-riscv64.cp313", "--record", *every]) == 1
    wheel = "moody-1.0-cp313-cp313-manylinux_2_36_riscv64.whl"
    said = [line for line in capsys.readouterr().out.splitlines() if line.split(" ")[-2:-1] == [wheel]]
    assert [line.split(wheel)[0].split() for line in said] == [
        ["same", "bytes", "again"],
        ["OTHER", "BYTES", "varied"],
        ["OTHER", "BYTES", "mode"],
    ]
    (entry,) = book("moody").values()
    assert [past.variation for past in entry.reproduced] == ["again"]


def test_what_differs_only_when_both_come_together_is_not_reproduced(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    flake = nix.REPOSITORY / "flake.nix"
    together = '"${name}-together" name arch python '
    flake.write_text(flake.read_text("utf-8").replace(f"{together}other", f'{together}"echo other"'))
    assert main(["reproduce", "good-riscv64.cp313", "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)
    assert [(row["variation"], row["same"]) for row in rows] == [
        ("varied", True),
        ("mode", True),
        ("varied", False),
        ("mode", False),
    ]


def test_of_several_those_that_differ_by_chance_are_named(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    assert main(["ledger", "update", "dicey"]) == 0
    capsys.readouterr()
    assert main(["reproduce", "dicey", "--variation", "again", "--record", "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)
    assert {row["target"] for row in rows if not row["same"]} == {
        "dicey-riscv64.cp314",
        "dicey-loongarch64.cp314",
    }
    assert all(("may not be deterministic" in row["difference"]) != row["same"] for row in rows)
    assert len(rows) == 4
    assert [entry.pythons for entry in book("dicey").values() if entry.reproduced] == [("cp313",)] * 2


def test_what_was_reproduced_is_noted_though_another_build_fails(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    assert main(["ledger", "update", "good-riscv64"]) == 0
    broken = nix.REPOSITORY / "flake.nix"
    broken.write_text(
        broken.read_text("utf-8").replace(
            '"${name}-together" name arch python other',
            '"no" name arch python (if python == "cp313" then "exit 1" else other)',
        )
    )
    capsys.readouterr()
    assert main(["reproduce", "good-riscv64", "--record", "--json"]) == 1
    said = capsys.readouterr()
    assert "the build of no-cp313-riscv64 failed" in said.err
    rows = [(row["target"], row["variation"]) for row in json.loads(said.out)]
    assert sorted(rows) == [("good-riscv64.cp314", "mode"), ("good-riscv64.cp314", "varied")]
    noted = {entry.pythons: [past.variation for past in entry.reproduced] for entry in book().values()}
    assert noted == {("cp313",): [], ("cp314",): ["mode", "varied"]}


def test_a_mode_that_was_asked_for_is_noted_and_the_usual_one_proves_nothing(
    mirror: Server, capsys: Capture
) -> None:
    assert mirror.url
    assert main(["ledger", "update", "good-riscv64.cp313"]) == 0
    words = ["--record", "--mode", "emulated", "--mode", "disguised"]
    capsys.readouterr()
    assert main(["reproduce", "good-riscv64.cp313", *words]) == 0
    assert [line.split()[2] for line in capsys.readouterr().out.splitlines()] == ["mode=emulated"]
    assert [past.variation for past in book()[WHEEL].reproduced] == ["mode=emulated"]


def test_other_bytes_in_the_mode_emulated_come_with_what_else_differs(
    mirror: Server, capsys: Capture
) -> None:
    assert mirror.url
    pins = nix.REPOSITORY / "nix/pins"
    pins.mkdir(parents=True)
    for name, version in (("root", "14.2"), ("native-loongarch64", "14.4"), ("native-riscv64", "14.2")):
        packages = [{"name": "gcc-14", "version": version}, {"name": "binutils", "version": "2"}]
        (pins / f"{name}.json").write_text(json.dumps({"packages": packages}))
    for architecture in ("loongarch64", "riscv64"):
        assert main(["reproduce", f"moody-{architecture}.cp313", "--mode", "emulated"]) == 1
        said = capsys.readouterr().out
        assert said.startswith("OTHER BYTES mode=emulated")
        # Where they are the same, the tools are no excuse.
        told = "not the same tools: gcc-14 is 14.4 there, 14.2 here\n" in said
        assert told == (architecture == "loongarch64")


def test_a_mode_that_is_not_there_is_told_before_anything_is_built(mirror: Server, capsys: Capture) -> None:
    assert main(["reproduce", "bad-riscv64.cp313", "--mode", "emulated"]) == 1
    said = capsys.readouterr().err
    assert "error: bad has no mode emulated" in said
    assert "line one" not in said
    assert mirror.asked == []


def test_an_unknown_variation_is_told_with_the_known_ones(mirror: Server, capsys: Capture) -> None:
    assert mirror.url
    assert main(["reproduce", "good", "--variation", "moon"]) == 2
    assert "again varied mode" in capsys.readouterr().err
    assert main(["reproduce", "good", "--mode", "imagined"]) == 2
    assert "disguised accelerated emulated" in capsys.readouterr().err
