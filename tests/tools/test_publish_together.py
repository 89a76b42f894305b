"""`publish` stopped in the middle, and by several at once."""

import fcntl
import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from farwheel.cli import main
from farwheel.cli.publish import publish
from farwheel.errors import FarwheelError
from farwheel.publish import steps
from farwheel.publish.folder import Folder
from farwheel.publish.place import ChangedError, Page
from index_repository import LOONG, Repository, page, tree, with_site
from publish_target import Target, files, published
from waiting import waiting


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    return with_site(tmp_path / "repository", monkeypatch)


def test_who_was_stopped_goes_on(
    target: Target, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = target.place()
    calls = iter(range(4))

    def until(name: str, content: bytes, before: Page | None) -> None:
        next(calls)
        write(name, content, before)

    write = place.write
    monkeypatch.setattr(place, "write", until)
    with pytest.raises((StopIteration, RuntimeError)):
        steps.publish(repository.root / "site", place)
    assert {f"files/{name}" for name in files(repository)} <= set(published(target))
    assert main(["publish", "--to", target.to]) == 0
    assert published(target) == tree(repository.root / "site")


def test_two_at_once_with_the_same_index(target: Target, repository: Repository) -> None:
    gate = threading.Barrier(4)

    def one(_: int) -> steps.Outcome:
        place = target.place()
        gate.wait()
        return steps.publish(repository.root / "site", place)

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(one, range(4)))
    # Each file and each page was written by one of them.
    assert sorted(name for outcome in done for name in outcome.files) == files(repository)
    written = [name for outcome in done for name in outcome.pages]
    assert len(written) == len(set(written))
    assert published(target) == tree(repository.root / "site")


def test_of_two_with_different_indexes_none_takes_a_file_from_the_other(
    target: Target, repository: Repository
) -> None:
    """However they interleave: what is listed is there, and the one that is behind is told."""
    repository.publish(repository.root / "small")
    name = repository.wheel("demo", tag=LOONG)
    repository.publish(repository.root / "large")
    gate = threading.Barrier(2)

    def one(site: str) -> str:
        place = target.place()
        gate.wait()
        try:
            steps.publish(repository.root / site, place)
        except FarwheelError as error:
            return error.message
        return ""

    with ThreadPoolExecutor(2) as pool:
        small, large = pool.map(one, ["small", "large"])
    assert large == ""
    assert small in {"", f"this index does not list what is published: {name}"}
    assert name in {file["filename"] for file in page(target.files, "demo")["files"]}
    html = (target.files / "simple/demo/index.html").read_text()
    assert name in html


def test_a_page_is_only_replaced_in_the_version_that_was_read(target: Target) -> None:
    place = target.place()
    place.write("simple/index.html", b"one", None)
    with pytest.raises(ChangedError):
        place.write("simple/index.html", b"two", None)
    first = place.read("simple/index.html")
    place.write("simple/index.html", b"two", first)
    with pytest.raises(ChangedError):
        place.write("simple/index.html", b"three", first)
    now = place.read("simple/index.html")
    assert now is not None
    assert now.content == b"two"
    assert place.read("simple/none.html") is None


def test_somebody_who_is_always_faster_is_named(
    target: Target, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = target.place()

    def never(name: str, _content: bytes, _before: Page | None) -> None:
        raise ChangedError(name)

    monkeypatch.setattr(place, "write", never)
    with pytest.raises(FarwheelError, match="again and again"):
        steps.publish(repository.root / "site", place)


@pytest.mark.parametrize("project", ["demo", "later"])
def test_whoever_was_overtaken_since_the_first_look_takes_nothing_back(
    target: Target, repository: Repository, monkeypatch: pytest.MonkeyPatch, project: str
) -> None:
    repository.publish(repository.root / "small")
    name = repository.wheel(project, tag=LOONG)
    repository.publish(repository.root / "large")
    place, others, overtaking = target.place(), target.place(), iter(["large"])
    keep = place.keep

    def overtaken(file: str, source: Path) -> bool:
        for site in overtaking:
            steps.publish(repository.root / site, others)
        return keep(file, source)

    monkeypatch.setattr(place, "keep", overtaken)
    gone = name if project == "demo" else project
    with pytest.raises(FarwheelError, match=f"does not list what is published: {gone}"):
        steps.publish(repository.root / "small", place)
    assert published(target) == tree(repository.root / "large")


def test_html_is_replaced_by_whoever_has_replaced_the_json(
    target: Target, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.publish(repository.root / "small")
    repository.wheel("demo", tag=LOONG)
    repository.publish(repository.root / "large")
    place, others, overtaking = target.place(), target.place(), iter(["large"])
    read = place.read

    def overtaken(name: str) -> Page | None:
        for site in overtaking if name == "simple/demo/index.html" else ():
            steps.publish(repository.root / site, others)
        return read(name)

    monkeypatch.setattr(place, "read", overtaken)
    steps.publish(repository.root / "small", place)
    assert published(target) == tree(repository.root / "large")


def test_what_a_page_names_is_there_before_the_page(
    target: Target, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = target.place()
    write = place.write

    def looked_at(name: str, content: bytes, before: Page | None) -> None:
        said = json.loads(content) if name.endswith("/index.json") else {}
        named = [f"files/{file['filename']}" for file in said.get("files", ())]
        named += [
            f"simple/{project['name']}/index.{kind}"
            for project in said.get("projects", ())
            for kind in ("json", "html")
        ]
        assert [one for one in named if not (target.files / one).exists()] == []
        write(name, content, before)

    monkeypatch.setattr(place, "write", looked_at)
    steps.publish(repository.root / "site", place)
    assert published(target) == tree(repository.root / "site")


def test_a_file_that_somebody_else_brings_meanwhile_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = tmp_path / "x.whl", tmp_path / "www/files/x.whl"
    source.write_bytes(b"ours")
    copy = shutil.copyfile

    def overtaken(one: Path, other: Path) -> None:
        target.write_bytes(b"theirs")
        copy(one, other)

    monkeypatch.setattr(shutil, "copyfile", overtaken)
    with pytest.raises(FarwheelError, match="is published with other bytes"):
        Folder(tmp_path / "www").keep("files/x.whl", source)
    assert target.read_bytes() == b"theirs"


def test_who_reads_a_page_while_it_is_replaced_reads_the_old_one_whole(tmp_path: Path) -> None:
    place, name = Folder(tmp_path), "simple/index.html"
    place.write(name, b"one", None)
    with (tmp_path / name).open("rb") as reader:
        place.write(name, b"two", place.read(name))
        assert reader.read() == b"one"


def test_between_a_look_at_a_page_and_its_writing_nobody_else_writes(tmp_path: Path) -> None:
    place, name = Folder(tmp_path), "simple/index.html"
    place.write(name, b"one", None)
    with ThreadPoolExecutor(1) as pool, (tmp_path / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        slower = pool.submit(place.write, name, b"slower", place.read(name))
        with pytest.raises(TimeoutError):
            slower.result(0.3)
        (tmp_path / name).write_bytes(b"faster")
        fcntl.flock(lock, fcntl.LOCK_UN)
        with pytest.raises(ChangedError):
            slower.result(20)
    assert (tmp_path / name).read_bytes() == b"faster"


def test_an_index_is_not_published_while_it_is_written(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    www = repository.root / "www"
    with waiting("index", lambda: publish(str(www), repository.root / "site"), capsys):
        assert not www.exists()
    assert tree(www).keys() > tree(repository.root / "site").keys()
