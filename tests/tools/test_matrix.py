"""`matrix`: what changed, by derivation, shared out; on a flake of a few shell commands."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from elves import Elf
from farwheel import builder, derivation, ledger, nix
from farwheel.cli import main
from farwheel.files import sha256_of
from farwheel.ledger import Entry
from farwheel.matrix import shard
from farwheel.matrix.estimate import Estimates
from farwheel.matrix.jobs import Changes, Graph, Job, Leaf, changed
from farwheel.matrix.shards import plan
from flakes import copied
from index_repository import ADDED, INPUTS
from wheels import EXTENSION, build

pytestmark = pytest.mark.nix
Capture = pytest.CaptureFixture[str]
RECEIPT = {"counts": {"passed": 7}, "seconds": 600}
WHEELS = {python: f"demo-1.0-{python}-{python}-manylinux_2_31_riscv64.whl" for python in ("cp313", "cp314")}


@dataclass
class Work:
    """A repository of two recipes: `plain` has a wheel for each CPython, `stable` one for both."""

    root: Path

    def git(self, *words: str) -> None:
        identity = ("-c", "user.name=test", "-c", "user.email=test@localhost")
        subprocess.run(["git", *identity, *words], cwd=self.root, check=True, capture_output=True)

    def salt(self, name: str, text: str) -> None:
        (self.root / "salt" / name).write_text(text)

    def enter(self, package: str, python: str, **fields: Any) -> None:
        """Write the wheel of this CPython into the ledger of a package."""
        file, wheel = self.root / "pkgs" / package / "wheels.json", self.root / "wheels" / WHEELS[python]
        entry = Entry(sha256_of(wheel), wheel.stat().st_size, ADDED, "riscv64", (python,), INPUTS, **fields)
        ledger.save(file, ledger.load(file) | {wheel.name: entry})


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    root = tmp_path / "work"
    shutil.copytree(Path(__file__).parent / "fixture/jobs", root)
    for folder in ("salt", "wheels"):
        (root / folder).mkdir()
    build(root / "wheels", name=WHEELS["cp313"])
    other = EXTENSION.replace("313", "314")
    build(root / "wheels", {EXTENSION: None, other: Elf()}, name=WHEELS["cp314"])
    found = Work(root)
    # No other run has built any of this.
    found.salt("all", str(time.time_ns()))
    for name in ("plain", "stable", "tools", "where"):
        found.salt(name, "old")
    found.enter("plain", "cp313", tests=RECEIPT)
    found.git("init", "-q")
    found.git("add", "-A")
    found.git("commit", "-qm", "old")
    monkeypatch.setattr(nix, "REPOSITORY", root)
    monkeypatch.setenv("NIX_CONFIG", "sandbox = false")
    monkeypatch.chdir(tmp_path)
    nix.settings.cache_clear()
    nix.options.cache_clear()
    yield found
    nix.settings.cache_clear()
    nix.options.cache_clear()


def names(changes: Changes) -> dict[str, tuple[str, ...]]:
    return {job.name: job.leaves for job in changes.jobs}


def needed(changes: Changes, jobs: Any) -> frozenset[str]:
    """All that has to be built for some jobs."""
    drvs = [drv for job in jobs for drv in changes.derivations(job)]
    return frozenset[str]().union(*map(changes.graph.needed, drvs))


def test_what_no_derivation_is_made_from_changes_nothing(work: Work, capsys: Capture) -> None:
    (work.root / "README.md").write_text("another")
    # Another way to the same pin: all derivations are others, and all outputs the same.
    before = changed("HEAD").leaves
    work.salt("where", "new")
    changes = changed("HEAD")
    assert changes.leaves["checks.agree"].drv != before["checks.agree"].drv
    assert changes.jobs == ()
    assert main(["matrix", "--changed-since", "HEAD"]) == 0
    assert capsys.readouterr().out == ""


def test_a_recipe_changes_its_own_jobs_and_those_of_checks_that_need_it(work: Work) -> None:
    work.salt("plain", "new")
    assert names(changed("HEAD")) == {
        "checks.agree": ("checks.agree",),
        **{
            f"plain-riscv64.{p}": tuple(f"{kind}.plain-riscv64.{p}" for kind in ("smoke", "tests", "wheels"))
            for p in WHEELS
        },
    }


def test_one_wheel_for_several_cpythons_is_one_job_and_tests_that_never_passed_are_none(work: Work) -> None:
    work.salt("stable", "new")
    leaves = [f"smoke.stable-riscv64.{p}" for p in WHEELS] + [f"wheels.stable-riscv64.{p}" for p in WHEELS]
    assert names(changed("HEAD")) == {"stable-riscv64.cp313": tuple(leaves)}


def test_it_is_compared_with_the_commit_and_not_with_the_work_tree(work: Work) -> None:
    work.salt("stable", "new")
    work.git("commit", "-qam", "new")
    assert names(changed("HEAD")) == {}
    assert list(names(changed("HEAD~1"))) == ["stable-riscv64.cp313"]


@pytest.mark.usefixtures("work")
def test_before_the_first_commit_nothing_was_there() -> None:
    """A push that makes a branch is told of with this name of no commit."""
    everything = changed("0" * 40)
    assert {job.name for job in everything.jobs} >= {"checks.agree", "stable-riscv64.cp313"}
    leaves = {leaf for job in everything.jobs for leaf in job.leaves}
    assert leaves == {leaf for leaf in everything.leaves if not leaf.startswith("tests.stable")}
    assert needed(everything, everything.jobs) >= set(everything.derivations(everything.jobs[0]))


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7])
def test_all_is_built_once_and_what_is_common_comes_first(work: Work, count: int) -> None:
    work.salt("tools", "new")
    changes = changed("HEAD")
    found = plan(changes, Estimates(changes.leaves, changes.ledgers).seconds, count)
    # Some thirty-three minutes of work are worth two machines.
    assert len(found.shards) == min(count or 2, len(changes.jobs))
    assert sorted(job for shard in found.shards for job in shard.jobs) == list(changes.jobs)
    first = frozenset[str]().union(*map(changes.graph.needed, found.first))
    rest = [needed(changes, shard.jobs) - first for shard in found.shards]
    assert sum(map(len, rest)) == len(frozenset().union(*rest))
    assert first.union(*rest) == needed(changes, changes.jobs)
    assert any(derivation.short_name(drv) == "tools" for drv in first) == (len(found.shards) > 1)
    assert not any("outputHash" in derivation.read(drv).env for drv in first.union(*rest))


class Told(Graph):
    """Derivations of which it is told what they are made from."""

    def __init__(self, below: dict[str, tuple[str, ...]]) -> None:
        super().__init__(())
        self._below = below

    def needed(self, drv: str) -> frozenset[str]:
        return frozenset({drv}).union(*map(self.needed, self.inputs(drv)))

    def inputs(self, drv: str) -> tuple[str, ...]:
        return self._below.get(drv, ())


def test_what_is_common_weighs_on_no_shard() -> None:
    seconds = {"tools": 1000.0, "a": 60.0, "b": 60.0, "c": 30.0, "d": 30.0, "alone": 60.0}
    graph = Told(dict.fromkeys("abcd", ("tools",)))
    jobs = tuple(Job(name, (name,)) for name in seconds if name != "tools")
    found = plan(
        Changes("", jobs, {name: Leaf(name, "") for name in seconds}, {}, graph), seconds.__getitem__, 2
    )
    assert (found.first, found.first_seconds) == (("tools",), 1000)
    assert [shard.seconds for shard in found.shards] == [120, 120]


def test_what_was_built_already_is_a_job_all_the_same() -> None:
    class Built(Told):
        def needed(self, drv: str) -> frozenset[str]:
            assert drv == "there"
            return frozenset()

    job = Job("checks.there", ("checks.there",))
    found = plan(Changes("", (job,), {"checks.there": Leaf("there", "")}, {}, Built({})), lambda _: 1.0)
    assert [(shard.jobs, shard.seconds) for shard in found.shards] == [((job,), 0)]


def test_the_longest_comes_first_and_minutes_are_the_ledgers(work: Work, capsys: Capture) -> None:
    work.enter("plain", "cp314", tests=RECEIPT | {"seconds": 1200}, seconds=60)
    work.salt("tools", "new")
    assert main(["matrix", "--changed-since", "HEAD", "--shards", "2", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    jobs = {
        job["name"]: (shard["shard"], job["minutes"]) for shard in said["shards"] for job in shard["jobs"]
    }
    # Ten and twenty minutes of tests, ten seconds of smoke test, and a minute for a wheel.
    assert jobs["plain-riscv64.cp314"] == (1, 21.2)
    assert jobs["plain-riscv64.cp313"] == (2, 11.2)
    # `agree` needs that wheel, and is where it is.
    assert jobs["checks.agree"] == (2, 1.5)
    assert jobs["stable-riscv64.cp313"] == (2, 3.3)
    assert [derivation.short_name(drv) for drv in said["first"]["derivations"]] == ["tools"]
    assert [shard["minutes"] for shard in said["shards"]] == [21.2, 15.0]


def test_shards_do_their_part_and_say_what_came_of_it(work: Work, capsys: Capture) -> None:
    work.salt("tools", "new")
    words = ["matrix", "--changed-since", "HEAD", "--shards", "2", "--run"]
    said = {}
    for which in ("first", "1", "2"):
        assert main([*words, which]) == 0
        said[which] = capsys.readouterr().out
    assert said["first"] == "## What several shards need\n\n- built: plain-1-cp313-riscv64\n"
    assert said["1"].startswith("## Shard 1 of 2\n\n| wheel |")
    rows = (said["1"] + said["2"]).splitlines()
    sha256 = sha256_of(work.root / "wheels" / WHEELS["cp313"])
    size = (work.root / "wheels" / WHEELS["cp313"]).stat().st_size
    assert f"| {WHEELS['cp313']} | {size} | same | ok | `{sha256}` |" in rows
    assert "- tests of plain-riscv64.cp314 on plain: 7 passed in 3 s" in rows
    assert "- built: checks.agree" in rows
    assert sorted(path.name for path in Path("wheelhouse").iterdir()) == sorted(WHEELS.values())
    assert main([*words, "3"]) == 2
    assert "there are: first 1 2" in capsys.readouterr().err


def test_what_fails_takes_nothing_from_the_others(work: Work, capsys: Capture) -> None:
    work.enter("plain", "cp314", tests=RECEIPT)
    book = ledger.load(work.root / "pkgs/plain/wheels.json")
    ledger.save(
        work.root / "pkgs/plain/wheels.json",
        {name: Entry("a" * 64, 1, ADDED, "riscv64", ("cp314",), INPUTS) for name in [WHEELS["cp314"]]}
        | {WHEELS["cp313"]: book[WHEELS["cp313"]]},
    )
    work.salt("plain", "bad")
    assert main(["matrix", "--changed-since", "HEAD", "--run", "1"]) == 1
    said = capsys.readouterr()
    rows = said.out.splitlines()
    assert any(WHEELS["cp313"] in row and "| same | ok |" in row for row in rows)
    assert any(WHEELS["cp314"] in row and "| OTHER BYTES | ok |" in row for row in rows)
    assert "- built: smoke.plain-riscv64.cp313" in rows
    assert any(row.startswith("- **the build of plain-1-cp313-riscv64-tests") for row in rows)
    assert any(row.startswith(f"- **{WHEELS['cp314']} has other bytes") for row in rows)
    assert "error: the build of plain-1-cp313-riscv64-tests" in said.err


def test_each_wheel_is_judged_once_and_one_that_cannot_be_stops_no_other(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = {}
    for name in ("broken", "fine"):
        (work.root / name).mkdir()
        outputs[name] = str(build(work.root / name, name=WHEELS["cp313"].replace("demo", name)).parent)
    monkeypatch.setattr(
        builder, "attempt", lambda drvs, _: builder.Built({drv: outputs[drv] for drv in drvs}, {})
    )
    (work.root / "pkgs/broken").mkdir()
    (work.root / "pkgs/broken/verify.json").write_text("{")
    leaves = {
        f"wheels.{name}-riscv64.{python}": Leaf(name, outputs[name])
        for name in outputs
        for python in ("cp313", "cp314")
    }
    job = Job("both", tuple(leaves))
    found = shard.run(Changes("", (job,), leaves, {}, Graph(())), [job], Path("wheelhouse"), builder.Effort())
    assert [one.file for one in found.wheels] == [WHEELS["cp313"].replace("demo", "fine")]
    assert "pkgs/broken/verify.json" in found.problems[0].message


def test_a_commit_that_is_not_there_is_named(work: Work, capsys: Capture) -> None:
    assert main(["matrix", "--changed-since", "nowhere"]) == 2
    assert f"{work.root} has no commit 'nowhere'" in capsys.readouterr().err
    assert main(["matrix", "--changed-since", "--all"]) == 2
    assert "--all" in capsys.readouterr().err


def test_a_flake_that_could_not_be_evaluated_then_is_an_error(work: Work, capsys: Capture) -> None:
    flake = (work.root / "flake.nix").read_text()
    (work.root / "flake.nix").write_text("{ outputs = _: throw ''it was broken''; }")
    work.git("commit", "-qam", "broken")
    (work.root / "flake.nix").write_text(flake)
    assert main(["matrix", "--changed-since", "HEAD"]) == 1
    assert "it was broken" in capsys.readouterr().err


def test_the_whole_repository_takes_less_than_five_seconds(tmp_path: Path) -> None:
    """In CPU seconds, as other tests may be running; two evaluations go side by side, on a core each.

    The best of three: what a neighbour on the same core does to the caches makes CPU seconds longer too.
    """
    work = Work(tmp_path / "repository")
    copied(work.root)
    shutil.copytree(nix.REPOSITORY / "tools/src", work.root / "tools/src")
    work.git("init", "-q")
    work.git("add", "-A")
    work.git("commit", "-qm", "now")
    (work.root / "nix/toolchain/glibc.sh").write_text(f"# {time.time_ns()}\n")
    runs = [_matrix_of(work.root)]
    while runs[-1][0] >= 2 * 5 and len(runs) < 3:
        runs.append(_matrix_of(work.root))
    seconds, said = runs[-1]
    assert seconds < 2 * 5, [run[0] for run in runs]
    first = {derivation.short_name(drv) for drv in said["first"]["derivations"]}
    # What several shards need, without what that itself needs: interpreters are below it.
    assert any(name.startswith(("floor-", "sysroot-")) for name in first)
    jobs = {job["name"] for shard in said["shards"] for job in shard["jobs"]}
    assert {"numpy-riscv64.cp313", "markupsafe-loongarch64.cp313"} < jobs
    minutes = [shard["minutes"] for shard in said["shards"]]
    assert max(minutes) < 1.5 * min(minutes)


def _matrix_of(root: Path) -> tuple[float, Any]:
    """What `matrix` says of a repository where everything has changed, and the CPU seconds that it took."""
    words = (sys.executable, "-m", "farwheel", "matrix", "--changed-since", "HEAD", "--shards", "4", "--json")
    environment = os.environ | {"PYTHONPATH": str(root / "tools/src")}
    began = sum(os.times()[2:4])
    made = subprocess.run(words, check=True, stdout=subprocess.PIPE, env=environment)
    return sum(os.times()[2:4]) - began, json.loads(made.stdout)
