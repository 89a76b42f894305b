"""`publish` stopped in the middle, and by several at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from farwheel.cli import main
from farwheel.errors import FarwheelError
from farwheel.publish import steps
from farwheel.publish.place import ChangedError, Page
from index_repository import LOONG, Repository, page, tree, with_site
from publish_target import Target, files, published


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
