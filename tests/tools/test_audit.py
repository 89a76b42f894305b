"""`audit`: what pip would find in our index, and why it would not."""

import hashlib
import json
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from farwheel import cache, nix
from farwheel.cli import main
from farwheel.errors import FarwheelError
from farwheel.index import kept
from farwheel.index.serve import server as serving
from farwheel.pins import Pin, write_json
from index_repository import PURE, RISCV, Repository, file_name
from package_index import PackageIndex, serve

Capture = pytest.CaptureFixture[str]
LOONG = "cp313-cp313-manylinux_2_36_loongarch64"
X86 = "cp313-cp313-manylinux_2_28_x86_64"
ONE = ("--arch", "riscv64", "--python", "cp313")


BOTH_KINDS = pytest.mark.parametrize("pypi", ["json", "html"], indirect=True)


@pytest.fixture
def pypi(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    """The user's own index, whose pages are JSON where a test says nothing of BOTH_KINDS."""
    with serve(PackageIndex(kind=getattr(request, "param", "json"))) as found:
        monkeypatch.setenv("FARWHEEL_PYPI", found.url)
        yield found


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pypi: PackageIndex) -> Repository:
    """demo 1.0 for both architectures, which needs `needed`, which is pinned."""
    found = Repository(tmp_path / "repository")
    (found.root / "nix/cpython").mkdir(parents=True, exist_ok=True)
    versions = {"cp313": {"version": "3.13.15"}, "cp315": {"version": "3.15.0rc2"}}
    write_json(found.root / "nix/cpython/versions.json", versions)
    monkeypatch.setattr(nix, "REPOSITORY", found.root)
    monkeypatch.chdir(found.root)
    for tag in (RISCV, LOONG):
        found.wheel("demo", "1.0", tag, metadata=b"Requires-Dist: needed>=1\n")
    pypi.add_wheel("demo", "1.0", X86, "needed>=1")
    name = found.pin("needed", "2.0")
    pypi.add("needed", name, found.mirror[name].read_bytes())
    return found


def forget() -> None:
    """As if an hour had passed: pages are read again."""
    shutil.rmtree(cache.folder("upstream"))


def audited(capsys: Capture, *words: str) -> list[dict[str, Any]]:
    """The rows; the exit code tells whether anything is missing."""
    capsys.readouterr()
    code = main(["audit", *words, "--json"])
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    assert code == any(row["missing"] for row in rows)
    return rows


def missing(capsys: Capture, *words: str) -> dict[str, str]:
    """Name -> why, for riscv64 and CPython 3.13."""
    (row,) = audited(capsys, *words, *ONE)
    return {one["name"]: one["why"] for one in row["missing"]}


def failed(capsys: Capture, *words: str) -> str:
    capsys.readouterr()
    assert main(["audit", *words]) in {1, 2}
    said = capsys.readouterr()
    assert said.out == ""
    # A server that runs in this process says what it is asked for.
    assert "\nerror: " in f"\n{said.err}"
    assert "Traceback" not in said.err
    return said.err


def test_what_is_there_is_listed(repository: Repository, capsys: Capture) -> None:
    (row,) = audited(capsys, "Demo>=1", *ONE)
    paths = [repository.wheels / file_name("demo", "1.0", RISCV), *repository.mirror.values()]
    files = [
        {"name": p.name, "sha256": hashlib.sha256(p.read_bytes()).hexdigest(), "size": p.stat().st_size}
        for p in paths
    ]
    said = {"name": "Demo>=1", "arch": "riscv64", "python": "3.13", "wanted": 2, "have": 2}
    assert row == {**said, "missing": [], "files": files}


def test_every_architecture_and_cpython_is_asked_for(repository: Repository, capsys: Capture) -> None:
    rows = [(row["arch"], row["python"], row["have"]) for row in audited(capsys, "demo")]
    assert rows == [
        ("riscv64", "3.13", 2),
        ("riscv64", "3.15", 1),
        ("loongarch64", "3.13", 2),
        ("loongarch64", "3.15", 1),
    ]
    repository.wheel("other", "1.0", "cp311-abi3-manylinux_2_36_loongarch64")
    assert [row["have"] for row in audited(capsys, "other", "--arch", "loongarch64")] == [1, 1]
    assert missing(capsys, "other") == {"other": "recipe there, not built for this CPython"}


def test_no_wheel_has_to_be_here(repository: Repository, pypi: PackageIndex, capsys: Capture) -> None:
    """Ours are made of upstream's release: it says what they need."""
    repository.wheel("alone")
    for path in repository.wheels.iterdir():
        path.unlink()
    assert missing(capsys, "demo") == {}
    said = failed(capsys, "alone", *ONE)
    assert f"what {file_name('alone', '1.0', RISCV)} requires is not known" in said
    assert "tools/farwheel build alone" in said
    pypi.add_wheel("alone", "1.0", X86, "needed<2")
    pypi.add_wheel("needed", "1.0", PURE)
    forget()
    assert missing(capsys, "alone") == {"needed": "pure wheel, not pinned: audit --pin"}


@BOTH_KINDS
def test_everything_that_is_missing_is_named_at_once_and_why(
    repository: Repository, pypi: PackageIndex, capsys: Capture
) -> None:
    (repository.packages / "baked").mkdir()
    (repository.packages / "baked/default.nix").touch()
    (repository.packages / "moved").mkdir()
    repository.say("moved", "pin.json", {"version": "1.0"})
    needs = ("compiled", "baked", "moved==2.0", "fresh", "plain", "later", "needed", "demo")
    pypi.add_wheel(
        "top", "1.0", PURE, *needs, "other; sys_platform == 'win32'", "x; platform_machine != 'riscv64'"
    )
    for name in ("baked", "compiled"):
        pypi.add_wheel(name, "1.0", X86)
    pypi.add_sdist("compiled", "1.0")
    pypi.add_wheel("moved", "2.0", X86)
    pypi.add_wheel("fresh", "1.0", "cp314-cp314-manylinux_2_31_riscv64")
    pypi.add_sdist("plain", "1.0", **{"PKG-INFO": "Metadata-Version: 2.1\nRequires-Dist: deeper\n"})
    pypi.add_wheel("deeper", "1.0")
    pypi.pythons[pypi.add_wheel("later", "1.0", X86)] = ">=3.14"
    (row,) = audited(capsys, "top", *ONE)
    assert (row["wanted"], row["have"]) == (10, 2)
    assert [file["name"].split("-")[0] for file in row["files"]] == ["demo", "needed"]
    assert {one["name"]: one["why"] for one in row["missing"]} == {
        "baked": "recipe there, not built for this CPython",
        "compiled": "no wheel: needs a recipe",
        "deeper": "pure wheel, not pinned: audit --pin",
        "fresh": "no wheel: needs a recipe",
        "later": "upstream excludes this Python (it wants >=3.14)",
        "moved": "recipe there, but for 1.0: 2.0 is wanted",
        "plain": "sdist only",
        "top": "pure wheel, not pinned: audit --pin",
    }


def test_an_older_version_that_we_have_is_not_missing(
    repository: Repository, pypi: PackageIndex, capsys: Capture
) -> None:
    repository.wheel("demo", "0.9")
    pypi.add_wheel("demo", "1.1", X86)
    pypi.add_wheel("top", "1.0", PURE, "demo<1")
    assert missing(capsys, "demo", "top") == {"top": "pure wheel, not pinned: audit --pin"}
    # But never is upstream's newest release given up for it.
    pypi.add_wheel("top", "2.0", PURE, "demo>1")
    forget()
    assert missing(capsys, "demo", "top") == {
        "demo": "no wheel: needs a recipe",
        "top": "pure wheel, not pinned: audit --pin",
    }


def test_our_index_alone_may_take_what_nobody_else_would(
    repository: Repository, pypi: PackageIndex, capsys: Capture
) -> None:
    """pip tries older versions until it finds what fits, and so does this."""
    repository.wheel("demo", "1.5", metadata=b"Requires-Dist: needed>=3\n")
    pypi.add_wheel("needed", "3.0")
    (row,) = audited(capsys, "demo", *ONE)
    assert [file["name"].split("-")[1] for file in row["files"]] == ["1.0", "2.0"]


@BOTH_KINDS
def test_wheels_above_the_floor_do_not_count(
    pypi: PackageIndex, repository: Repository, capsys: Capture
) -> None:
    repository.wheel("high", "1.0", "cp313-cp313-manylinux_2_35_riscv64")
    pypi.add_wheel("high", "1.0", X86)
    pypi.add_wheel("higher", "1.0", "cp313-cp313-manylinux_2_39_riscv64")
    assert missing(capsys, "high", "higher", "--from-pypi") == dict.fromkeys(
        ["high", "higher"], "no wheel: needs a recipe"
    )


@pytest.mark.usefixtures("repository")
@BOTH_KINDS
def test_the_users_own_index_may_come_second(pypi: PackageIndex, capsys: Capture) -> None:
    pypi.add_wheel("pure", "1.0", PURE, "native", "demo")
    pypi.add_wheel("native", "1.0", RISCV)
    assert missing(capsys, "pure").keys() == {"pure", "native"}
    assert missing(capsys, "pure", "--from-pypi") == {}
    pypi.add_wheel("pure", "2.0", PURE, "absent", "native")
    pypi.add_wheel("absent", "1.0", X86)
    forget()
    assert missing(capsys, "pure>1", "--from-pypi") == {"absent": "no wheel: needs a recipe"}


def test_what_is_pure_can_be_pinned_and_is_there_then(
    repository: Repository, pypi: PackageIndex, capsys: Capture
) -> None:
    names = [pypi.add_wheel("top", "1.0", PURE, "lower", "demo"), pypi.add_wheel("lower", "1.0")]
    pins = repository.root / "closures/pins.json"
    before = json.loads(pins.read_text())["pure"]
    assert audited(capsys, "top", *ONE, "--pin")[0]["have"] == 4
    after = json.loads(pins.read_text())["pure"]
    assert after == before | {name: after[name] for name in names}
    content = pypi.files["top"][names[0]]
    assert after[names[0]] == {
        "registry": "pypi",
        "path": pypi.path(names[0], content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "added": after[names[0]]["added"],
    }
    state = pins.stat()
    # A newer release is no reason to leave what is pinned.
    pypi.add_wheel("top", "2.0", PURE, "lower", "demo")
    forget()
    assert audited(capsys, "top", *ONE, "--pin")[0]["have"] == 4
    assert (pins.stat().st_ino, pins.stat().st_mtime_ns) == (state.st_ino, state.st_mtime_ns)


def test_a_pin_is_never_exchanged(repository: Repository) -> None:
    name = file_name("top", "1.0", PURE)
    row = {
        "registry": "pypi",
        "path": f"x/{name}",
        "sha256": "0" * 64,
        "size": 1,
        "added": "2026-01-01T00:00:00Z",
    }
    file = repository.root / "closures/pins.json"
    write_json(file, {"pure": {name: row}})
    with pytest.raises(FarwheelError, match="is pinned with other bytes"):
        kept.more(file, [Pin("pypi", f"y/{name}", "1" * 64, 1)])


def test_kept_sets_become_rows_for_the_pages(
    repository: Repository, pypi: PackageIndex, capsys: Capture
) -> None:
    pypi.add_wheel("lower", "1.0")
    (repository.root / "closures/ours.txt").write_text("# Ours.\ndemo  # the one\n\n")
    (repository.root / "closures/others.txt").write_text("demo\nlower\n")
    rows = audited(capsys, "--all", *ONE)
    missing = [{"name": "lower", "why": "pure wheel, not pinned: audit --pin"}]
    place = {"arch": "riscv64", "python": "3.13"}
    assert rows == [
        {"name": "others", **place, "wanted": 3, "have": 2, "missing": missing},
        {"name": "ours", **place, "wanted": 2, "have": 2, "missing": []},
    ]
    (row,) = audited(capsys, "-r", "others", "-r", "closures/ours.txt", "lower<2", *ONE)
    assert (row["name"], row["wanted"]) == ("lower<2 others ours", 3)


@pytest.mark.usefixtures("repository")
def test_lines_for_people(pypi: PackageIndex, capsys: Capture) -> None:
    pypi.add_wheel("lower", "1.0")
    assert main(["audit", "demo", "lower", *ONE]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "demo lower: riscv64, CPython 3.13: 2 of 3"
    assert re.fullmatch(r"  [0-9a-f]{64} +\d+  demo-1.0-cp313-cp313-manylinux_2_31_riscv64.whl", lines[1])
    assert lines[3] == "  lower: pure wheel, not pinned: audit --pin"
    assert main(["audit", "demo", *ONE]) == 0
    assert capsys.readouterr().out.startswith("demo: riscv64, CPython 3.13: complete\n")


def test_the_published_index_can_be_asked(repository: Repository, capsys: Capture) -> None:
    repository.publish(repository.root / "site")
    repository.pin("later", "1.0")
    with serving(repository.root / "site", 0) as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        url = f"http://127.0.0.1:{running.server_port}/simple/"
        (row,) = audited(capsys, "demo", "--index", url, *ONE)
        assert row["have"] == 2
        assert audited(capsys, "demo", *ONE) == [row]
        assert missing(capsys, "later", "--index", url) == {"later": "no package index has it"}
        assert "is no index: HTTP 404" in failed(capsys, "demo", "--index", url.replace("simple", "other"))
        running.shutdown()
    said = failed(capsys, "demo", "--index", url)
    assert f"{url} does not answer: " in said


@pytest.mark.usefixtures("repository")
def test_an_index_that_goes_away_in_the_middle_is_named(pypi: PackageIndex, capsys: Capture) -> None:
    pypi.add_wheel("top", "1.0", PURE, "broken")
    pypi.broken.add("simple/broken")
    assert "/simple/broken/ answers HTTP 503" in failed(capsys, "top", *ONE)
    pypi.broken.clear()
    pypi.add_wheel("broken", "1.0")
    assert set(missing(capsys, "top")) == {"broken", "top"}


@pytest.mark.usefixtures("repository")
def test_a_users_index_that_is_not_there_is_named(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FARWHEEL_PYPI", "http://user:hidden@127.0.0.1:9/simple")
    said = failed(capsys, "other", *ONE)
    assert "http://***@127.0.0.1:9/simple/other/ does not answer: " in said


@pytest.mark.usefixtures("repository")
def test_unknown_names_are_missing_beside_what_else_is(pypi: PackageIndex, capsys: Capture) -> None:
    pypi.add_wheel("lower", "1.0", PURE, "nowhere")
    pypi.add_wheel("fine", "1.0")
    found = missing(capsys, "no-such-thing", "demo", "lower", "fine", "nor-this>=2")
    assert found.pop("lower").startswith("cannot be satisfied: Because nowhere was not found")
    assert found == {
        "fine": "pure wheel, not pinned: audit --pin",
        "no-such-thing": "no package index has it",
        "nor-this": "no package index has it",
    }


@pytest.mark.usefixtures("repository")
def test_a_conflict_is_told_in_uvs_words(pypi: PackageIndex, capsys: Capture) -> None:
    pypi.add_wheel("one", "1.0", PURE, "needed<2")
    pypi.add_wheel("two", "1.0", PURE, "needed>=2")
    pypi.add_wheel("needed", "1.0")
    found = missing(capsys, "one", "demo", "two")
    why = found.pop("two")
    assert "needed>=2" in why
    assert "\n" not in why
    assert "hint" not in why
    assert len(why) < 450
    assert found.keys() == {"one", "needed"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["numpy>>2"], "'numpy>>2' is no requirement: "),
        ([""], "'' is no requirement: "),
        (["demo @ https://files.test/demo.whl"], "comes from a URL, which no index can serve"),
        (["demo", "--python", "cp27"], "there is no cp27"),
        (["demo", "--arch", "riscv32"], "there is no riscv32"),
        ([], "say what to audit"),
        (["demo", "--all"], "say what to audit"),
        (["-r", "nothing"], "nothing is neither a file nor a kept set"),
        (["-r", "bad.txt"], "bad.txt, line 2: '--index-url https://x.test' is no requirement: "),
        (["-r", "binary.txt"], "binary.txt cannot be read: "),
        (["-r", "empty.txt"], "empty.txt holds no requirement"),
        (["demo", "--pin", "--from-pypi"], "--pin goes with neither"),
        (["demo", "--lock", "x.txt"], "--lock is for one set of requirements on one machine"),
        (["demo", "--lock", "x.txt", "--from-pypi"], "--lock does not go with --from-pypi"),
        (["demo", "--lock", "pylock.toml", *ONE], "pylock.toml names the URL of each file"),
    ],
)
def test_what_makes_no_sense_is_said(
    words: list[str], said: str, repository: Repository, capsys: Capture
) -> None:
    (repository.root / "bad.txt").write_text("demo\n--index-url https://x.test\n")
    (repository.root / "binary.txt").write_bytes(b"\xff\n")
    (repository.root / "empty.txt").write_text("# nothing\n")
    assert said in failed(capsys, *words)


@pytest.mark.usefixtures("repository")
@BOTH_KINDS
def test_metadata_is_read_beside_the_wheel_and_only_once(pypi: PackageIndex, capsys: Capture) -> None:
    name = pypi.add_wheel("top", "1.0", PURE, "nothing-like-this")
    path = pypi.path(name, pypi.files["top"][name])
    said = b"Metadata-Version: 2.1\nName: top\nVersion: 1.0\nRequires-Dist: demo\n"
    pypi.answers[f"{path}.metadata"] = ("text/plain", said)
    for _ in range(2):
        assert missing(capsys, "top") == {"top": "pure wheel, not pinned: audit --pin"}
    asked = [line for line in pypi.requests if path in line]
    assert asked == [f"GET /{path}.metadata"]


@pytest.mark.usefixtures("repository")
def test_a_wheel_with_other_bytes_than_its_page_says_is_refused(pypi: PackageIndex, capsys: Capture) -> None:
    name = pypi.add_wheel("top", "1.0")
    pypi.answers[pypi.path(name, pypi.files["top"][name])] = ("application/octet-stream", b"evil")
    assert f"{name} has other bytes than its index says" in failed(capsys, "top", *ONE)


@BOTH_KINDS
def test_upper_bounds_on_python_count_as_they_do_for_pip(
    repository: Repository, pypi: PackageIndex, capsys: Capture
) -> None:
    """uv passes them over."""
    for version, bound in (("1.0", b">=3.10"), ("2.0", b">=3.10, <3.13")):
        repository.wheel("bound", version, metadata=b"Requires-Python: " + bound + b"\n")
    pypi.add_wheel("bound", "1.0", X86)
    pypi.pythons[pypi.add_wheel("early", "1.0")] = "<3.13"
    pypi.pythons[pypi.add_wheel("later", "2.0")] = "<3.13"
    pypi.add_wheel("later", "1.0")
    (row,) = audited(capsys, "bound", *ONE)
    assert [file["name"].split("-")[1] for file in row["files"]] == ["1.0"]
    assert missing(capsys, "bound", "early", "later<2") == {
        "early": "upstream excludes this Python (it wants <3.13)",
        "later": "pure wheel, not pinned: audit --pin",
    }
    assert missing(capsys, "later>=2") == {"later": "upstream excludes this Python (it wants <3.13)"}
