"""What a pull request says, and where that comes from."""

import http.server
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from packaging.version import Version

import wheels
from elves import Elf
from farwheel import ledger, needs
from farwheel.bump import body, facts, links
from farwheel.bump.body import Evidence, Failure
from farwheel.bump.facts import Facts
from farwheel.index.serve import running
from farwheel.standing import Advisory, Standing

INPUTS = ledger.Inputs("5" * 64, "cpython-3.13.18", "gcc-14.2.0, glibc-2.31", "9" * 64)
KEY = ("riscv64", "cp313")
STANDING = Standing("demo", Version("1.0"), Version("1.1"), take=Version("1.1"))


def book(folder: Path, version: str, elf: Elf, passed: int) -> ledger.Ledger:
    """A ledger with one wheel."""
    name = f"demo-{version}-cp313-cp313-manylinux_2_31_riscv64.whl"
    path = wheels.build(folder, {wheels.EXTENSION: elf}, name)
    counts = {"passed": passed, "failed": 0, "skipped": 2, "total": passed + 2}
    tests = {"counts": counts}
    facts = ("0" * 64, 1000 + passed, "2026-10-01T00:00:00Z", "riscv64", ("cp313",), INPUTS, (), tests, 12.4)
    return {name: ledger.Entry(*facts, needs.of(path))}


def test_a_table_of_what_changed_comes_from_ledgers(tmp_path: Path) -> None:
    old = facts.of(book(tmp_path, "1.0", Elf(), 10), "1.0")
    more = Elf(needed=("libc.so.6", "libm.so.6"), versions={"libc.so.6": ["GLIBC_2.27", "GLIBC_2.4"]})
    new = facts.of(book(tmp_path, "1.1", more, 9), "1.1")
    [row] = facts.rows(old, new)
    assert row.wheel == "riscv64 cp313"
    assert row.size == "1,010 → 1,009 (-0.1%)"
    assert row.needed == "libc.so.6 → libc.so.6, libm.so.6"
    assert row.symbols == "GLIBC_2.27"
    assert row.tests == "10 passed, 2 skipped → 9 passed, 2 skipped"
    assert row.seconds == "12 s"
    assert facts.worse(old, new) == [
        "riscv64 cp313: 10 tests passed before, 9 now",
        "riscv64 cp313: needs libm.so.6, which it did not before",
    ]


def test_what_a_ledger_does_not_know_is_not_told(tmp_path: Path) -> None:
    made = {name: replace(entry, needs=None) for name, entry in book(tmp_path, "1.0", Elf(), 10).items()}
    assert facts.of(made, "1.0") == {
        KEY: Facts(1010, {"passed": 10, "failed": 0, "skipped": 2, "xfailed": 0, "left_out": 0}, seconds=12.4)
    }
    assert facts.of(made, "1.1") == {}
    [row] = facts.rows({}, facts.of(made, "1.0"))
    assert (row.size, row.needed, row.seconds) == ("1,010", "", "12 s")


def test_a_wheel_that_is_gone_or_untested_is_told_first() -> None:
    tested = Facts(10, {"passed": 3, "failed": 0})
    failing = Facts(10, {"passed": 3, "failed": 1})
    assert facts.worse({KEY: tested}, {}) == ["no wheel for riscv64 cp313 any more"]
    assert facts.worse({KEY: tested}, {KEY: Facts(10)}) == ["riscv64 cp313: 3 tests passed before, none now"]
    assert facts.worse({KEY: tested}, {KEY: failing}) == ["riscv64 cp313: 1 tests fail"]
    assert facts.worse({KEY: tested}, {KEY: tested}) == []
    stable, more = ("riscv64", "cp313, cp314"), ("riscv64", "cp313, cp314, cp315")
    assert facts.worse({stable: tested}, {more: tested}) == []
    assert facts.worse({more: tested}, {stable: tested}) == ["no wheel for riscv64 cp315 any more"]


def test_what_a_build_tag_replaced_does_not_count(tmp_path: Path) -> None:
    made = book(tmp_path, "1.0", Elf(), 10)
    made |= {
        ledger.with_build_tag(name): ledger.Entry(
            "1" * 64, 7, "2026-10-01T00:00:00Z", "riscv64", ("cp313",), INPUTS
        )
        for name in made
    }
    assert facts.of(made, "1.0") == {KEY: Facts(7)}


def test_the_text_of_a_bump() -> None:
    evidence = Evidence(
        pins=["  demo 1.0 -> 1.1"],
        links=["[Changelog](https://demo.example/changes)"],
        before={KEY: Facts(1000, seconds=3)},
        after={KEY: Facts(1100, seconds=4)},
        reproduced=["mode", "varied"],
        dependants=["other"],
    )
    assert body.title(STANDING, retire=False) == "demo: 1.0 -> 1.1"
    assert (
        body.text(STANDING, evidence, "upstream", retire=False)
        == """\
[Changelog](https://demo.example/changes)

| wheel | size | needs | symbol versions | tests | build |
|---|---|---|---|---|---|
| riscv64 cp313 | 1,000 → 1,100 (+10.0%) |  |  |  | 3 s → 4 s |

Built again with the same bytes: mode, varied.

Pins:

```
  demo 1.0 -> 1.1
```

Built with it, so to be built again: other.

By hand:

```console
$ git fetch upstream bump/demo && git switch --detach FETCH_HEAD
$ tools/farwheel build demo
$ tools/farwheel test demo
$ tools/farwheel reproduce demo
```"""
    )


def test_the_text_of_a_security_fix_that_fails() -> None:
    advisory = Advisory(
        "PYSEC-1", ("CVE-1",), ("1.1",), "Runs `x`, as @me says in #7", "https://demo.example/1"
    )
    standing = Standing(
        "demo", Version("1.0"), Version("1.1"), take=Version("1.1"), advisories=(advisory,), security=True
    )
    evidence = Evidence(failure=Failure("test", "2 of 10 fail\nsee |there|"), after={KEY: Facts(1)})
    assert (
        body.title(standing, retire=False, failure=evidence.failure)
        == "demo: 1.0 -> 1.1 (security) (test fails)"
    )
    text = body.text(standing, evidence, "origin", retire=False)
    assert "**Security**: 1.0 has 1 known vulnerability." in text
    assert "PYSEC-1 https://demo.example/1 (CVE-1): Runs \\`x\\`, as @\u200bme says in #\u200b7" in text
    assert "**Test failed**: 2 of 10 fail see \\|there\\|" in text
    assert "| wheel |" not in text


def test_a_long_text_is_cut() -> None:
    text = body.text(
        STANDING, Evidence(pins=[f"+ crate {number} 1.0" for number in range(500)]), "origin", retire=False
    )
    assert "+ crate 79 1.0\nand 420 more\n```" in text
    failure = Failure("lock", "x" * 70_000)
    text = body.text(STANDING, Evidence(failure=failure), "origin", retire=False)
    assert len(text) < 31_000
    assert text.endswith("x\n\n(and so on)")


def test_a_log_is_cut_at_its_beginning_and_cannot_end_its_frame() -> None:
    assert body.log(Failure("build", "no")) == ""
    said = body.log(Failure("build", "no", ["```", "<!-- ", *map(str, range(500))]))
    assert said.startswith("The end of the log of `build`:\n\n```\n380\n")
    assert said.endswith("\n499\n```")
    said = body.log(Failure("build", "no", ["````", "x" * 40_000, "```", "end"]))
    assert said.endswith(":\n\n````\n```\nend\n````")


@pytest.mark.parametrize(
    ("tags", "version", "found"),
    [
        (["v1.0", "v1.1"], "1.1", "v1.1"),
        (["1.0", "v1.0", "demo-1.0"], "1.0", "1.0"),
        (["rel_1_0_0", "rel_1_1_0"], "1.1", "rel_1_1_0"),
        (["demo-py3-1.0"], "1.0", ""),
        (["v1.1rc1", "v11"], "1.1", ""),
        ([], "1.0", ""),
    ],
)
def test_the_tag_of_a_version(tags: list[str], version: str, found: str) -> None:
    assert links.tag_of(tags, Version(version)) == found


@pytest.fixture
def forge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A repository with the tags v1.0 and v1.1, over HTTP."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    work, repository = str(tmp_path / "work"), tmp_path / "far/demo"
    repository.parent.mkdir()
    for words in (
        ("init", "--quiet", "--separate-git-dir", str(repository), work),
        ("-C", work, "-c", "user.name=a", "-c", "user.email=a", "commit", "-qm", "x", "--allow-empty"),
        ("-C", work, "tag", "v1.0"),
        ("-C", work, "tag", "v1.1"),
        ("-C", work, "update-server-info"),
    ):
        subprocess.run(["git", *words], check=True)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = partial(Quiet, directory=str(tmp_path))
    with running(http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)) as top:
        yield f"{top}/far/demo"


def test_links_are_those_that_lead_somewhere(forge: str) -> None:
    urls = {
        "Release-Notes": "https://demo.example/changes#new",
        "source CODE": f"{forge}.git",
        "Homepage": "javascript:alert(1)",
        "Bug Tracker": "https://demo.example/bugs",
    }
    assert links.of(urls, Version("1.0"), Version("1.1")) == [
        "[Changelog](https://demo.example/changes#new)",
        f"[Diff]({forge}/compare/v1.0...v1.1)",
        f"[Source]({forge}.git)",
    ]
    assert links.compare(forge, Version("1.0"), Version("1.2")) == ""
    assert links.compare("http://127.0.0.1:9/far/demo", Version("1.0"), Version("1.1")) == ""
    assert links.of({"Changelog": "https://demo.example/) [evil](x"}, Version("1.0"), Version("1.1")) == []


def test_tags_that_are_no_text_are_left_out(forge: str, tmp_path: Path) -> None:
    with (tmp_path / "far/demo/info/refs").open("ab") as refs:
        refs.write(b"1" * 40 + b"\trefs/tags/v1.2\xff\n")
    assert links.compare(forge, Version("1.0"), Version("1.1")) == f"{forge}/compare/v1.0...v1.1"
    assert links.compare(forge, Version("1.0"), Version("1.2")) == ""


def test_words_of_others_call_nobody_and_close_nothing() -> None:
    said = body.foreign("ask &commat;me; fixes &num;3, fixes https://github.com/o/r/issues/1, Closes: GH-7")
    assert "\\&commat;me" in said
    assert "\\&num;3" in said
    assert "fixes\u200b https://" in said
    assert "Closes\u200b: GH-7" in said


def test_words_of_others_are_such_that_git_takes_them() -> None:
    said = body.foreign("a link that leaves its folder (/\udcfc\0)")
    assert said.encode() == rb"a link that leaves its folder (/\\udcfc\\x00)"


def test_a_long_story_leaves_room_for_a_log() -> None:
    failure = Failure("lock", "because " * 10_000, ["line " * 100] * 100)
    assert len(body.short(failure.message)) + len(body.log(failure)) < 65_000


def test_names_in_a_wheel_are_words(tmp_path: Path) -> None:
    elf = Elf(needed=("libc.so.6", "x @me fixes #1 <!--.so"), versions={"x": ["A | b\n\nFixes #2_1"]})
    [row] = facts.rows({}, facts.of(book(tmp_path, "1.0", elf, 10), "1.0"))
    assert (row.needed, row.symbols) == ("libc.so.6, x?me?fixes?1?--.so", "A?b?Fixes?2_1")
