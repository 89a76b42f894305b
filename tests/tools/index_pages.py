"""Repositories for the pages: one of many states, one whose packages are written by an enemy."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from packaging.version import Version

from farwheel.index.pages import site
from farwheel.ledger import Needs, Reproduction
from farwheel.pins import write_json
from farwheel.standing import Standing
from index_repository import INPUTS, LOONG, PURE, RISCV, Repository
from made_wheel import Member

AGAIN = (Reproduction("again", "2026-11-20"), Reproduction("varied", "2026-11-20", "Ada"))
LONG = "unbreakable" * 5
EVIL = """</p></table><script>alert(1)</script><img src=x onerror=alert(1)>'"&"""


def receipt(python: str = "3.13.15", **counts: int) -> dict[str, Any]:
    """What a suite left behind."""
    every = {
        "crashed": 0,
        "failed": 0,
        "left_out": 0,
        "passed": 0,
        "skipped": 0,
        "timed_out": 0,
        "xfailed": 0,
    }
    rule = {
        "class": "root",
        "matched": counts.get("left_out", 0),
        "run": False,
        "test": "t*",
        "why": "asks a shell",
    }
    return {
        "conditions": {"architecture": "riscv64", "cpu": "sifive-u54", "glibc": "2.31"},
        "counts": every | counts | {"total": sum(counts.values())},
        "left_out": [rule] if counts.get("left_out") else [],
        "python": python,
        "run": "core",
        "seconds": 243,
    }


def pin(version: str, pythons: tuple[str, ...] = ("cp313", "cp314"), **more: Any) -> dict[str, Any]:
    """A pin.json without wheels; upstream uploaded it on 2026-11-15."""
    run: dict[str, Any] = {python: {"packages": [], "wheels": []} for python in pythons}
    sdist = {"registry": "pypi", "path": f"a/src-{version}.tar.gz", "sha256": INPUTS.sdist, "size": 9}
    found = {"version": version, "run": run, "wheels": {}, "upload_time": 1794778348, "sdist": sdist}
    return found | more


def outdated(name: str, newest: str, day: str) -> str:
    """What `outdated --json` writes of a package, and of one that it could not look at."""
    at = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    rows = [
        Standing(name, Version("1.0"), Version(newest), at),
        Standing("absent", Version("1.0"), trouble="it is gone"),
    ]
    return json.dumps([row.to_json() for row in rows])


def said(summary: str, *more: str) -> bytes:
    """Fields of METADATA."""
    return "\n".join([f"Summary: {summary}", *more, ""]).encode()


def patched(repository: Repository, name: str, head: str) -> None:
    """A patch among a recipe's files."""
    text = f"{head}\n--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-1\n+2\n"
    (repository.packages / name / "x.patch").write_text(text)


def every_state(root: Path) -> Repository:
    """A package for each thing that a cell can say."""
    found = Repository(root)
    about = said(
        "Arrays, and what one does with them",
        "License-Expression: MIT",
        "Project-URL: Source, https://a.test/",
    )
    proven: dict[str, Any] = {
        "needs": Needs(("libc.so.6", "libblas-0a1b2c3d.so.0", "libm.so.6"), {"GLIBC": "GLIBC_2.29"}),
        "tests": receipt(passed=519, skipped=2, xfailed=1, left_out=3),
        "reproduced": AGAIN,
    }
    for tag in (RISCV, LOONG):
        found.wheel("arrays", "2.0", tag, metadata=about, **proven)
    found.wheel("arrays", "1.0", RISCV, metadata=about)
    found.wheel("arrays", "1.0", RISCV.replace("313", "314"), metadata=about)
    found.say("arrays", "pin.json", pin("2.0"))
    patched(found, "arrays", "NaN is no integer,\nnowhere.\n\nMore.\nUpstream-Status: ours; not sent\nyet.\n")
    found.wheel("built")
    found.wheel(LONG)
    found.wheel("failing", tests=receipt(passed=5, failed=2))
    found.wheel("stable", tag="cp310-abi3-manylinux_2_31_riscv64", **proven)
    both = {**receipt(passed=1, python="3.14.7"), "also": [receipt(passed=1)], "vectors": {"cpu": "max"}}
    found.wheel("stable-twice", tag="cp310-abi3-manylinux_2_31_riscv64", tests=both)
    found.wheel("tested", tests=receipt(passed=1))
    found.wheel("same-again", reproduced=AGAIN[:1])
    found.say("unbuilt", "pin.json", pin("0.5", requires_python=">=3.14"))
    found.say("unbuilt", "lock.json", {"pythons": "<3.15"})
    found.say("choosy", "pin.json", pin("0.6"))
    found.say("choosy", "lock.json", {"pythons": "<3.14"})
    found.say("stuck", "pin.json", pin("0.7", ("cp313",)))
    gone = found.wheel("taken-back", "1.0")
    found.say("taken-back", "yanked.json", {gone: "eats boards"})
    found.wheel("locked-up")
    found.say("locked-up", "status.json", {"status": "quarantined", "reason": "stolen"})
    found.wheel("needy")
    found.pin("helper", "3.1")
    found.wheel("left-out")
    return found


def hostile(root: Path) -> Repository:
    """Everything that strangers may write says something evil."""
    found = Repository(root)
    lines = (
        f"License: {EVIL}",
        "Home-page: javascript:alert(2)",
        f"Project-URL: {EVIL}, https://ok.test/?a=1&b=2",
        "Project-URL: Script, JavaScript:alert(3)",
        "Project-URL: Comment, javascript://ok.test/%0Aalert(6)",
        "Project-URL: Data, data:text/html,<script>alert(4)</script>",
        'Project-URL: Quote, https://quote.test/" onmouseover="alert(5)',
        "Project-URL: Name, https://index.test@evil.test/",
        "Project-URL: Turned, https://evil.test/\u202egpj.test",
        "Project-URL: Broken, https://[evil",
    )
    library = f'[{{"name": "lib", "version": "1", "license": "{EVIL.replace(chr(34), "")}"}}]'
    tests = receipt(passed=1, left_out=1) | {"python": "3.13.15"}
    tests["left_out"][0]["why"] = EVIL
    tests["conditions"]["cpu"] = EVIL
    name = found.wheel(
        "evil",
        "1.0+x.1",
        metadata=said(f"{EVIL}\u202e\x07 end", *lines),
        extra=(Member("evil-1.0+x.1.dist-info/farwheel/libraries.json", library.encode()),),
        tests=tests,
        reproduced=(Reproduction(EVIL, "2026-11-20", EVIL),),
    )
    found.wheel("evil", "0.9", PURE)
    found.say("evil", "yanked.json", {"evil-0.9-py3-none-any.whl": EVIL})
    status = json.dumps({"status": "deprecated", "reason": f"{EVIL}\ud800"})
    (found.packages / "evil/status.json").write_text(status)
    patched(found, "evil", f"{EVIL}\nUpstream-Status: {EVIL}\n")
    assert name
    return found


def publish(made_up: Repository, out: Path, *, partial: bool = False, **how: Any) -> Path:
    """An index with pages; `how` is for `site.Facts.read` and `site.write`."""
    given = {key: how.pop(key) for key in ("upstream", "audit") if key in how}
    facts = site.Facts.read(made_up.root, **given)
    made_up.publish(out, partial=partial, pages=lambda index, new: site.write(index, new, facts, **how))
    return out


def thousand(root: Path) -> Repository:
    """A thousand packages for both architectures and three CPythons, with summaries as long as usual."""
    found = Repository(root)
    pythons = {"cp313": "3.13.15", "cp314": "3.14.7", "cp315": "3.15.0"}
    write_json(root / "nix/cpython/versions.json", {key: {"version": pythons[key]} for key in pythons})
    for number in range(1000):
        name = f"package-{number:04}"
        about = said("A library that does a thing, and does it well, for people")
        for platform in ("manylinux_2_31_riscv64", "manylinux_2_36_loongarch64"):
            tag = f"cp310-abi3-{platform}"
            found.wheel(
                name,
                "1.21.3",
                tag,
                metadata=about,
                tests=receipt("", passed=9),
                pythons=pythons,
                reproduced=AGAIN,
            )
    return found
