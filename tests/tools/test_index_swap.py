"""What becomes of the index that is there: what is never replaced, and when it is, how."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from farwheel.cli import main
from farwheel.cli.index import index
from farwheel.errors import FarwheelError
from farwheel.index import swap, write
from index_repository import RISCV, Repository, file_name, page, tree, with_demo
from waiting import waiting

Capture = pytest.CaptureFixture[str]
NAME = file_name("demo", "1.0", RISCV)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    return with_demo(tmp_path / "repository", monkeypatch)


def test_what_is_published_is_never_replaced(repository: Repository, capsys: Capture) -> None:
    assert main(["index", "site"]) == 0
    before = tree(repository.root / "site")
    old = page(repository.root / "site", "demo")["files"][0]["hashes"]["sha256"]
    repository.wheel("demo", metadata=b"Summary: another\n")
    capsys.readouterr()
    assert main(["index", "site"]) == 1
    said = capsys.readouterr().err
    assert f"{NAME} is published with other bytes" in said
    assert f"published: sha256 {old}" in said
    assert file_name("demo", "1.0", f"1-{RISCV}") in said
    assert tree(repository.root / "site") == before


def test_a_published_file_need_not_be_kept_elsewhere(repository: Repository, capsys: Capture) -> None:
    assert main(["index", "site"]) == 0
    (repository.wheels / NAME).unlink()
    name = repository.wheel("later")
    capsys.readouterr()
    assert main(["index", "site"]) == 0
    assert capsys.readouterr().out == f"{name}\n"
    assert (repository.root / "site/files" / NAME).stat().st_nlink == 1
    assert (repository.root / "site/files" / NAME).exists()


@pytest.mark.parametrize("holder", ["pkgs/demo/wheels.json", "closures/pins.json"])
def test_what_is_published_stays_listed(holder: str, repository: Repository, capsys: Capture) -> None:
    names = {"pkgs/demo/wheels.json": NAME, "closures/pins.json": repository.pin("pure", "1.0")}
    repository.publish(repository.root / "site")
    before = tree(repository.root / "site")
    (repository.root / holder).unlink()
    (repository.wheels / NAME).rename(repository.root / NAME)
    assert main(["index", "site"]) == 1
    assert f"{names[holder]} is published, and would no longer be listed" in capsys.readouterr().err
    assert tree(repository.root / "site") == before


def test_what_is_quarantined_is_no_longer_there_and_that_is_said(
    repository: Repository, capsys: Capture
) -> None:
    assert main(["index", "site"]) == 0
    repository.say("demo", "status.json", {"status": "quarantined", "reason": "stolen"})
    assert main(["index", "site"]) == 0
    assert f"no longer there: {NAME}" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["notes.txt", "simple"])
def test_a_folder_that_is_no_index_is_not_replaced(
    content: str, repository: Repository, capsys: Capture
) -> None:
    mine = repository.root / "mine"
    mine.mkdir()
    (mine / content).write_text("mine")
    assert main(["index", "mine"]) == 1
    assert "mine is no index of ours" in capsys.readouterr().err
    assert (mine / content).read_text() == "mine"


def test_an_index_that_holds_something_of_somebody_elses_is_not_replaced(
    repository: Repository, capsys: Capture
) -> None:
    assert main(["index", "site"]) == 0
    letter = repository.root / "site/letter.txt"
    letter.write_text("mine")
    assert main(["index", "site"]) == 1
    assert "site is no index of ours: it holds letter.txt" in capsys.readouterr().err
    assert letter.read_text() == "mine"


def test_an_index_that_another_program_wrote_is_not_replaced(repository: Repository, capsys: Capture) -> None:
    top = repository.root / "site/simple/index.json"
    top.parent.mkdir(parents=True)
    top.write_text('{"meta": {"api-version": "1.0"}, "projects": []}')
    assert main(["index", "site"]) == 1
    assert "site is no index of ours" in capsys.readouterr().err
    assert tree(repository.root / "site").keys() == {"simple/index.json"}


def test_a_damaged_index_is_not_replaced(repository: Repository, capsys: Capture) -> None:
    """What it had published can no longer be known."""
    assert main(["index", "site"]) == 0
    (repository.root / "site/simple/demo/index.json").write_text("{}")
    assert main(["index", "site"]) == 1
    assert "site/simple/demo/index.json is damaged" in capsys.readouterr().err


def test_a_published_name_that_is_no_wheels_is_told(repository: Repository, capsys: Capture) -> None:
    assert main(["index", "site"]) == 0
    file = repository.root / "site/simple/demo/index.json"
    file.write_text(file.read_text().replace(NAME, "nonsense"))
    assert main(["index", "site"]) == 1
    assert "nonsense is published, and would no longer be listed" in capsys.readouterr().err


def test_a_full_disk_leaves_the_old_index(
    repository: Repository, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["index", "site"]) == 0
    before = tree(repository.root / "site")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(write, "_page", full)
    assert main(["index", "site"]) == 75
    assert "the disk is full" in capsys.readouterr().err
    assert tree(repository.root / "site") == before
    assert not (repository.root / ".site.new").exists()


def test_an_interrupted_run_leaves_the_old_index(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["index", "site"]) == 0
    before = tree(repository.root / "site")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(write, "_page", interrupt)
    assert main(["index", "site"]) == 130
    assert tree(repository.root / "site") == before
    assert not (repository.root / ".site.new").exists()


def test_through_a_link_the_folder_is_replaced(repository: Repository) -> None:
    (repository.root / "link").symlink_to("site")
    assert main(["index", "link"]) == 0
    assert main(["index", "link"]) == 0
    assert (repository.root / "link").is_symlink()
    assert (repository.root / "site/simple/index.json").exists()


def test_with_files_elsewhere_the_folder_is_not_the_only_place_of_a_wheel(
    repository: Repository, capsys: Capture
) -> None:
    assert main(["index", "site"]) == 0
    (repository.wheels / NAME).unlink()
    assert main(["index", "site", "--files-url", "https://files.test/"]) == 1
    assert f"in a ledger, but not in wheelhouse:\n  {NAME}" in capsys.readouterr().err
    assert (repository.root / "site/files" / NAME).exists()


def test_what_a_killed_run_left_is_tidied_up(repository: Repository) -> None:
    (repository.root / ".site.new/files").mkdir(parents=True)
    (repository.root / ".site.new/files/half").write_text("half")
    assert main(["index", "site"]) == 0
    assert not (repository.root / "site/files/half").exists()
    assert not (repository.root / ".site.new").exists()


def test_a_reader_always_finds_an_index(tmp_path: Path) -> None:
    """A reader that looks all the time, while the folder is replaced again and again."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "page").write_text("whole")
    code = f"while True: open({str(out / 'page')!r}).read() == 'whole' or exit(3)"
    reader = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    for _ in range(200):
        new = tmp_path / "new"
        new.mkdir()
        (new / "page").write_text("whole")
        swap.swap(new, out)
    assert reader.poll() is None
    reader.send_signal(signal.SIGKILL)
    reader.wait()


def old_and_new(where: Path) -> tuple[Path, Path]:
    """Two folders with a page that holds the folder's name."""
    out, new = where / "out", where / "new"
    for folder in (out, new):
        folder.mkdir()
        (folder / "page").write_text(folder.name)
    return out, new


def test_where_names_cannot_be_exchanged_it_takes_two_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, new = old_and_new(tmp_path)
    monkeypatch.setattr(swap, "_exchange", lambda *_: errno.EINVAL)
    swap.swap(new, out)
    assert tree(tmp_path) == {"out/page": b"new"}


def test_when_the_second_step_fails_the_old_folder_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, new = old_and_new(tmp_path)
    rename = Path.rename

    def stale(path: Path, target: Path) -> Path:
        if path == new:
            raise OSError(errno.ESTALE, os.strerror(errno.ESTALE))
        return rename(path, target)

    monkeypatch.setattr(swap, "_exchange", lambda *_: errno.EINVAL)
    monkeypatch.setattr(Path, "rename", stale)
    with pytest.raises(OSError, match=os.strerror(errno.ESTALE)):
        swap.swap(new, out)
    assert (out / "page").read_text() == "out"


@pytest.mark.parametrize("step", ["first", "second"])
def test_a_run_that_is_killed_between_two_steps_is_simply_run_again(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    repository.publish(repository.root / "site")
    before = tree(repository.root / "site")
    # The folder is the only place that has the wheels.
    shutil.rmtree(repository.wheels)
    if step == "first":
        (repository.root / "site").rename(".site.new.old")
    else:
        shutil.copytree("site", ".site.new.old")
    monkeypatch.setattr(swap, "_exchange", lambda *_: errno.EINVAL)
    assert main(["index", "site"]) == 0
    assert before.keys() <= tree(repository.root / "site").keys()
    assert not list(repository.root.glob(".site*"))


def test_two_that_write_one_index_take_turns(repository: Repository, capsys: Capture) -> None:
    with waiting("index", lambda: index(Path("site")), capsys):
        assert not (repository.root / "site").exists()
    assert page(repository.root / "site", "demo")["files"]


def test_a_mount_point_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "new").mkdir()
    monkeypatch.setattr(swap, "_exchange", lambda *_: errno.EBUSY)
    with pytest.raises(FarwheelError, match="out cannot be replaced") as error:
        swap.swap(tmp_path / "new", tmp_path / "out")
    assert "mount point" in error.value.hint
