"""`audit` asks indexes and reads what it is given: it does without what is not there, or names it."""

from pathlib import Path

import pytest

from audits import BOTH_KINDS, ONE, X86, Capture, audited, demo, failed, forget, missing
from farwheel.index.serve import running, server
from index_repository import PURE, RISCV, Repository, file_name
from package_index import PackageIndex


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pypi: PackageIndex) -> Repository:
    return demo(tmp_path / "repository", monkeypatch, pypi)


def test_the_published_index_can_be_asked(repository: Repository, capsys: Capture) -> None:
    repository.publish(repository.root / "site")
    repository.pin("later", "1.0")
    with running(server(repository.root / "site", 0)) as top:
        url = f"{top}/simple/"
        (row,) = audited(capsys, "demo", "--index", url, *ONE)
        assert row["have"] == 2
        assert audited(capsys, "demo", *ONE) == [row]
        assert missing(capsys, "later", "--index", url) == {"later": "no package index has it"}
        assert "is no index: HTTP 404" in failed(capsys, "demo", "--index", url.replace("simple", "other"))
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
def test_a_project_that_an_index_had_once_is_not_there(pypi: PackageIndex, capsys: Capture) -> None:
    pypi.absent = 410
    assert missing(capsys, "taken-away") == {"taken-away": "no package index has it"}


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


def test_metadata_with_other_bytes_than_its_page_says_is_not_kept(
    repository: Repository, capsys: Capture
) -> None:
    repository.publish(repository.root / "site")
    beside = next(Path("site/files").glob("demo-*riscv64*.metadata"))
    true = beside.read_bytes()
    with running(server(Path("site"), 0, quiet=True)) as top:
        words = ("demo", *ONE, "--index", f"{top}/simple/")
        beside.write_bytes(true + b"Requires-Dist: evil\n")
        assert ".metadata has other bytes than its index says" in failed(capsys, *words)
        beside.write_bytes(true)
        assert audited(capsys, *words)[0]["missing"] == []


@pytest.mark.usefixtures("repository")
def test_a_wheel_with_other_bytes_than_its_page_says_is_refused(pypi: PackageIndex, capsys: Capture) -> None:
    name = pypi.add_wheel("top", "1.0")
    pypi.answers[pypi.path(name, pypi.files["top"][name])] = ("application/octet-stream", b"evil")
    assert f"{name} has other bytes than its index says" in failed(capsys, "top", *ONE)


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
