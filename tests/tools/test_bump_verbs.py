"""The verbs as a bump runs them; a script stands in for tools/farwheel and says what it finds in files."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

import wheels
from farwheel import ledger
from farwheel.bump import verbs
from farwheel.bump.body import Evidence
from farwheel.bump.prove import ByVerbs
from farwheel.bump.verbs import VerbError
from farwheel.errors import UnavailableError
from farwheel.standing import Advisory, Standing

SCRIPT = """#!/bin/sh
cd "$(dirname "$0")/.."
echo "$* token=${GITHUB_TOKEN-none}${GH_TOKEN-}" >>asked
echo "talk of $1" >&2
[ ! -e "says/$1" ] || cat "says/$1"
[ ! -e "fails/$1" ] || { cat "fails/$1" >&2; exit "$(cat "code/$1")"; }
"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in ("tools", "says", "fails", "code", "pkgs/demo"):
        (tmp_path / folder).mkdir(parents=True)
    script = tmp_path / "tools/farwheel"
    script.write_text(SCRIPT)
    script.chmod(0o755)
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    monkeypatch.setenv("GH_TOKEN", "secret")
    return tmp_path


def say(tree: Path, verb: str, said: str) -> None:
    (tree / "says" / verb).write_text(said)


def fail(tree: Path, verb: str, said: str, code: int = 1) -> None:
    (tree / "fails" / verb).write_text(said)
    (tree / "code" / verb).write_text(str(code))


def asked(tree: Path) -> list[str]:
    return (tree / "asked").read_text().splitlines()


def test_a_verb_prints_and_talks_and_sees_no_token(tree: Path, capfd: pytest.CaptureFixture[str]) -> None:
    say(tree, "build", "data\n")
    assert verbs.run(tree, "build", "build", "demo") == "data\n"
    assert asked(tree) == ["build demo token=none"]
    assert "talk of build\n" in capfd.readouterr().err


def test_a_verb_that_fails_says_why_and_leaves_the_end_of_its_log(tree: Path) -> None:
    log = "".join(f"line {number}\n" for number in range(1000))
    fail(tree, "build", f"{log}error: the build of demo failed; its log is above\n  look there\n")
    with pytest.raises(VerbError, match=r"^build: the build of demo failed; its log is above$") as caught:
        verbs.run(tree, "build", "build", "demo")
    kept = caught.value.failure.log
    assert len(kept) == 400
    assert list(kept[-3:-1]) == ["line 999", "error: the build of demo failed; its log is above"]


def test_what_a_verb_judges_is_its_reason(tree: Path) -> None:
    say(tree, "verify", "demo.whl\n  ok    name\n  FAIL  tag: it needs GLIBC_2.38\n")
    fail(tree, "verify", "")
    with pytest.raises(VerbError, match=r"verify: FAIL  tag: it needs GLIBC_2.38"):
        verbs.run(tree, "verify", "verify", "demo.whl")


def test_a_verb_that_is_interrupted_interrupts(tree: Path) -> None:
    fail(tree, "build", "", 130)
    with pytest.raises(KeyboardInterrupt):
        verbs.run(tree, "build", "build")


def test_a_verb_that_dies_of_ctrl_c_interrupts(tree: Path) -> None:
    (tree / "tools/farwheel").write_text("#!/bin/sh\nkill -INT $$\n")
    with pytest.raises(KeyboardInterrupt):
        verbs.run(tree, "build", "build")


def test_what_the_machine_lacks_is_no_fault_of_a_release(tree: Path) -> None:
    fail(tree, "build", "error: the disk is full\n", 75)
    with pytest.raises(UnavailableError, match="build: the disk is full"):
        verbs.run(tree, "build", "build")


def test_a_verb_that_only_fails_is_not_fine(tree: Path) -> None:
    fail(tree, "outdated", "error: no index\n")
    with pytest.raises(VerbError, match="outdated: no index"):
        verbs.standings(tree, [], 3)


@pytest.mark.parametrize(
    "standing",
    [
        Standing("demo", Version("1.0"), trouble="down"),
        Standing(
            "demo",
            Version("1.0"),
            Version("1.2"),
            datetime.fromisoformat("2026-11-01T00:00:00+00:00"),
            20.0,
            "cooldown: 1 of 3 days are left",
            Version("1.1"),
            {"riscv64": ("demo-1.2.whl",)},
            (Advisory("PYSEC-1", ("CVE-1",), ("1.1",), "It breaks.", ""),),
            security=True,
            yanked=True,
            offered=False,
            withdraw=("demo-1.0-py3-none-any.whl",),
        ),
    ],
)
def test_how_packages_stand_comes_through_whole(tree: Path, standing: Standing) -> None:
    say(tree, "outdated", json.dumps([standing.to_json()]))
    fail(tree, "outdated", "")
    assert verbs.standings(tree, ["demo"], 2.5) == [standing]
    assert asked(tree) == ["outdated --json --cooldown 2.5 demo token=none"]


def test_pins_of_others_wheels_are_no_packages_to_bump(tree: Path) -> None:
    found = [Standing("demo", Version("1.0")), Standing("theirs", Version("1.0"), pinned=True)]
    say(tree, "outdated", json.dumps([one.to_json() for one in found]))
    assert verbs.standings(tree, [], 3) == found[:1]


def test_an_older_farwheel_in_the_tree_is_understood(tree: Path) -> None:
    standing = Standing("demo", Version("1.0"))
    told = standing.to_json()
    del told["offered"], told["withdraw"], told["pinned"]
    say(tree, "outdated", json.dumps([told]))
    assert verbs.standings(tree, [], 3) == [standing]


def proven(tree: Path, **changes: Any) -> Evidence:
    """What `ByVerbs` makes of a release 1.0 of demo; `changes` are to the row of `reproduce`."""
    path = wheels.build(tree)
    inputs = ledger.Inputs("5" * 64, "cpython-3.13.18", "gcc", "9" * 64)
    entry = ledger.Entry("0" * 64, 10, "2026-10-01T00:00:00Z", "riscv64", ("cp313",), inputs, seconds=2.0)
    ledger.save(tree / "pkgs/demo/wheels.json", {path.name: entry})
    built = [{"file": path.name, "path": str(path), "python": python} for python in ("cp314", "cp313")]
    say(tree, "build", json.dumps(built))
    row = {"file": path.name, "variation": "varied", "same": True, "difference": ""}
    say(tree, "reproduce", json.dumps([row | {"variation": "mode"}, row | changes]))
    evidence = Evidence()
    ByVerbs().prove(tree, "demo", "1.0", evidence)
    return evidence


@pytest.mark.parametrize(
    ("allowed", "more"), [("{}", []), ('{"isa": {"x.so": "why"}}', ["ledger update --vectors demo.cp314"])]
)
def test_a_release_is_built_judged_tested_and_reproduced(tree: Path, allowed: str, more: list[str]) -> None:
    (tree / "pkgs/demo/verify.json").write_text(allowed)
    evidence = proven(tree)
    assert evidence.reproduced == ["mode", "varied"]
    [facts] = evidence.after.values()
    assert (facts.size, facts.seconds) == (10, 2)
    assert [line.split(" token")[0] for line in asked(tree)] == [
        "build --json demo",
        f"verify --allow {tree}/pkgs/demo/verify.json {tree}/{wheels.NAME}",
        "ledger update --tests demo",
        *more,
        "reproduce --record --json demo",
    ]


def test_other_bytes_are_a_failure(tree: Path) -> None:
    fail(tree, "reproduce", "")
    with pytest.raises(VerbError, match=r"reproduce: demo-1.0.*has other bytes \(varied\)") as caught:
        proven(tree, same=False, difference="RECORD: bytes\n")
    assert caught.value.failure.log == [wheels.NAME, "RECORD: bytes"]


def test_a_ledger_without_the_new_wheels_is_a_failure(tree: Path) -> None:
    proven(tree)
    with pytest.raises(VerbError, match=r"ledger: it holds no wheel of demo 1.1"):
        ByVerbs().prove(tree, "demo", "1.1", Evidence())
