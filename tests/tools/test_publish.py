"""`publish`: to a folder, and to an S3-compatible server on loopback."""

import json
import os
import shutil
import socket
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import obstore
import pytest
from obstore.store import S3Store

from farwheel.cli import main
from farwheel.errors import FarwheelError
from farwheel.index.serve import server
from farwheel.publish import steps
from farwheel.publish.bucket import Bucket
from farwheel.publish.folder import Folder
from farwheel.publish.place import ChangedError, Page, Place
from index_repository import Repository, made, page, tree, with_site

Capture = pytest.CaptureFixture[str]
LOONG = "cp313-cp313-manylinux_2_36_loongarch64"


@dataclass
class Target:
    """Where to publish to, as `--to` has it, and where its files lie."""

    to: str
    files: Path

    def place(self) -> Place:
        return Bucket(self.to) if self.to.startswith("s3:") else Folder(self.files)


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The URL of an S3-compatible server, and the folder whose folders are its buckets."""
    program = shutil.which("versitygw")
    if program is None:
        pytest.skip("versitygw is not installed; .ci/run does it where Go is")
    root = tmp_path_factory.mktemp("gateway")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = probe.getsockname()
    env = os.environ | {"ROOT_ACCESS_KEY": "somebody", "ROOT_SECRET_KEY": "something"}
    command = [program, "--quiet", "--port", f"127.0.0.1:{address[1]}", "posix", str(root)]
    with (root.parent / "gateway.log").open("w") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
    try:
        for _ in range(200):
            assert process.poll() is None, (root.parent / "gateway.log").read_text()
            with socket.socket() as probe:
                if probe.connect_ex(address) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{address[1]}", root
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(params=["folder", "bucket"])
def target(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Target:
    if request.param == "folder":
        return Target(str(tmp_path / "published"), tmp_path / "published")
    url, root = request.getfixturevalue("gateway")
    bucket = f"b{uuid.uuid4().hex}"
    (root / bucket).mkdir()
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "something")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    return Target(f"s3://{bucket}/a/index", root / bucket / "a/index")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    return with_site(tmp_path / "repository", monkeypatch)


def published(target: Target) -> dict[str, bytes]:
    return {name: content for name, content in tree(target.files).items() if not name.startswith(".")}


def files(repository: Repository) -> list[str]:
    return sorted(path.name for path in (repository.root / "site/files").iterdir())


def test_everything_arrives_and_a_second_time_nothing_is_written(
    target: Target, repository: Repository, capsys: Capture
) -> None:
    assert main(["publish", "--to", target.to, "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["files"] == files(repository)
    assert "simple/demo/index.json" in first["pages"]
    assert published(target) == tree(repository.root / "site")
    assert main(["publish", "--to", target.to, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"files": [], "pages": []}


def test_only_what_is_new_is_written(target: Target, repository: Repository, capsys: Capture) -> None:
    assert main(["publish", "--to", target.to]) == 0
    name = repository.wheel("demo", tag=LOONG)
    repository.publish(repository.root / "site")
    capsys.readouterr()
    assert main(["publish", "--to", target.to, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["files"] == [name, f"{name}.metadata"]
    assert said["pages"] == ["simple/demo/index.html", "simple/demo/index.json"]
    assert published(target) == tree(repository.root / "site")


def test_a_published_file_never_gets_other_bytes(
    target: Target, repository: Repository, capsys: Capture
) -> None:
    assert main(["publish", "--to", target.to]) == 0
    before = published(target)
    name = next(name for name in files(repository) if name.startswith("demo"))
    (repository.wheels / name).write_bytes(made("demo", "1.0", LOONG))
    repository.enter("demo", name, made("demo", "1.0", LOONG))
    repository.wheel("later")
    repository.publish(repository.root / "again")
    assert main(["publish", "again", "--to", target.to]) == 1
    assert f"{name} is published with other bytes" in capsys.readouterr().err
    # Not even what is new.
    assert published(target) == before


def test_a_file_that_no_page_names_is_not_replaced_either(
    target: Target, repository: Repository, capsys: Capture
) -> None:
    name = files(repository)[0]
    other = repository.root / "other.bin"
    other.write_bytes(b"of one who was stopped, and had another build")
    assert target.place().keep(f"files/{name}", other)
    assert main(["publish", "--to", target.to]) == 1
    assert f"{name} is published with other bytes" in capsys.readouterr().err
    assert published(target)[f"files/{name}"] == other.read_bytes()
    assert not any(path.startswith("simple/") for path in published(target))


def test_what_is_published_stays_listed(
    target: Target, repository: Repository, capsys: Capture, tmp_path: Path
) -> None:
    assert main(["publish", "--to", target.to]) == 0
    before = published(target)
    fewer, older = Repository(tmp_path / "fewer"), Repository(tmp_path / "older")
    fewer.wheel("demo")
    for name in ("other", "demo"):
        older.wheel(name, "0.9")
    for found in (fewer, older):
        found.publish(tmp_path / "site")
        shutil.move(tmp_path / "site", found.root / "site")
    for root, gone in ((fewer.root, "other, pure"), (older.root, "demo-1.0")):
        capsys.readouterr()
        assert main(["publish", str(root / "site"), "--to", target.to]) == 1
        assert f"error: this index does not list what is published: {gone}" in capsys.readouterr().err
        assert published(target) == before
    assert repository.root.exists()


@pytest.mark.parametrize("damage", [b"<html>", b"{}", b'{"files": [{"filename": "x"}]}', b"\xff"])
def test_a_published_page_that_cannot_be_read_is_not_replaced(
    target: Target, repository: Repository, capsys: Capture, damage: bytes
) -> None:
    assert main(["publish", "--to", target.to]) == 0
    place = target.place()
    name = "simple/demo/index.json"
    place.write(name, damage, place.read(name))
    assert main(["publish", "--to", target.to]) == 1
    assert "what is published is no page of an index" in capsys.readouterr().err
    assert published(target)[name] == damage
    assert repository.root.exists()


def test_a_quarantined_project_offers_nothing_and_loses_nothing(
    target: Target, repository: Repository
) -> None:
    assert main(["publish", "--to", target.to]) == 0
    repository.say("other", "status.json", {"status": "quarantined", "reason": "x"})
    repository.publish(repository.root / "site")
    assert main(["publish", "--to", target.to]) == 0
    assert page(target.files, "other")["files"] == []
    assert any(name.startswith("files/other-") for name in published(target))


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


def test_what_arrived_is_checked(
    target: Target, repository: Repository, capsys: Capture, tmp_path: Path
) -> None:
    """Through a server over what lies there; the folder's is made by the verb."""
    with server(repository.root / "site", 0, quiet=True) as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        more = ["--url", f"http://127.0.0.1:{running.server_port}/simple/"] if "s3:" in target.to else []
        assert main(["publish", "--to", target.to, "--deep", *more]) == 0
        name = repository.wheel("late")
        capsys.readouterr()
        assert main(["publish", "--to", target.to, *more]) == 1
        assert f"missing: {name}: the index does not list it" in capsys.readouterr().err
        assert main(["publish", "--to", target.to, "--partial", *more]) == 0
        running.shutdown()
    assert tmp_path.exists()


@pytest.mark.parametrize("target", ["bucket"], indirect=True)
def test_a_bucket_names_types_and_says_what_may_be_kept(target: Target, repository: Repository) -> None:
    assert main(["publish", "--to", target.to]) == 0
    bucket, _, prefix = target.to.removeprefix("s3://").partition("/")
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    store = S3Store(bucket, prefix=prefix, endpoint=endpoint, client_options={"allow_http": True})
    wheel = f"files/{next(name for name in files(repository) if name.endswith('.whl'))}"
    pages = {"simple/index.json": "application/vnd.pypi.simple.v1+json", "simple/index.html": "text/html"}
    for name, kind in {wheel: "application/octet-stream", **pages}.items():
        said = obstore.get(store, name, options={"head": True}).attributes
        assert said["Content-Type"].partition(";")[0] == kind
        assert said["Cache-Control"] == (
            "no-cache" if name in pages else "public, max-age=31536000, immutable"
        )


def test_a_bucket_that_is_not_there_is_named(
    gateway: tuple[str, Path], repository: Repository, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    assert repository.root.exists()
    monkeypatch.setenv("AWS_ENDPOINT_URL", gateway[0])
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    assert main(["publish", "--to", "s3://nowhere/x"]) == 1
    said = capsys.readouterr().err
    assert "error: s3://nowhere/x/simple/" in said
    assert "AWS_SECRET_ACCESS_KEY" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("bad", ["ftp://there/x", "https://there/x"])
def test_a_place_of_another_kind_is_a_usage_error(bad: str, repository: Repository, capsys: Capture) -> None:
    assert repository.root.exists()
    assert main(["publish", "--to", bad]) == 2
    assert f"--to {bad} is neither a folder nor s3://" in capsys.readouterr().err


def test_a_folder_may_be_a_branch_that_pages_are_made_from(repository: Repository) -> None:
    for name in (".git", ".nojekyll", "CNAME"):
        (repository.root / "branch").mkdir(exist_ok=True)
        (repository.root / "branch" / name).write_text("kept")
    assert main(["publish", "--to", "branch"]) == 0
    assert (repository.root / "branch/CNAME").read_text() == "kept"


def test_a_folder_of_somebody_elses_is_left_alone(repository: Repository, capsys: Capture) -> None:
    (repository.root / "home").mkdir()
    (repository.root / "home/letter.txt").write_text("dear")
    assert main(["publish", "--to", "home"]) == 1
    assert "home is not for an index alone: it holds letter.txt" in capsys.readouterr().err
    assert main(["publish", "wheelhouse", "--to", "new"]) == 1
    assert "wheelhouse is no index of ours" in capsys.readouterr().err
    assert not (repository.root / "new").exists()
