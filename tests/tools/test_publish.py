"""`publish`: to a folder, and to an S3-compatible server on loopback."""

import errno
import json
import os
import shutil
from pathlib import Path

import obstore
import pytest
from obstore.store import S3Store

from farwheel.cli import main
from farwheel.index.serve import running, server
from index_repository import LOONG, Repository, made, page, tree, with_site
from publish_target import Target, files, published

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    return with_site(tmp_path / "repository", monkeypatch)


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


@pytest.mark.parametrize("kind", [".whl", ".metadata"])
def test_a_file_that_is_not_what_its_page_says_does_not_arrive(
    target: Target, repository: Repository, capsys: Capture, kind: str
) -> None:
    name = next(name for name in files(repository) if name.endswith(kind))
    (repository.root / "site/files" / name).write_bytes(b"half of")
    assert main(["publish", "--to", target.to]) == 1
    assert f"{name} has other bytes than its page says" in capsys.readouterr().err
    (repository.root / "site/files" / name).unlink()
    assert main(["publish", "--to", target.to]) == 1
    assert f"{name} is missing, and a page names it" in capsys.readouterr().err
    assert published(target) == {}


def test_wheels_that_are_elsewhere_are_not_missed(target: Target, repository: Repository) -> None:
    repository.publish(repository.root / "site", files_url="http://127.0.0.1:1/{name}")
    # Nothing answers there, so that the check of a folder ends with that.
    assert main(["publish", "--to", target.to]) == (0 if target.to.startswith("s3:") else 75)
    assert "simple/demo/index.json" in published(target)
    assert not any(name.endswith(".whl") for name in published(target))


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
    # What is new in it must not arrive, either.
    fewer.wheel("demo", tag=LOONG)
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


@pytest.mark.parametrize(
    "damage", [b"<html>", b"{}", b'{"files": [{"filename": "x"}]}', b"\xff", b"[" * 100_000]
)
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


def test_what_is_withdrawn_comes_back_only_when_it_is_lifted(
    target: Target, repository: Repository, capsys: Capture
) -> None:
    shutil.copytree("site", "old")
    name = next(name for name in files(repository) if name.startswith("demo"))
    repository.say("demo", "yanked.json", {name: "eats data"})
    repository.say("other", "status.json", {"status": "quarantined", "reason": "malware"})
    repository.publish(repository.root / "site")
    assert main(["publish", "--to", target.to]) == 0
    before = published(target)
    for lifted, said in ([], f"withdrawn there: {name}"), (["--lift", "Demo"], "withdrawn there: other"):
        capsys.readouterr()
        assert main(["publish", "old", "--to", target.to, *lifted]) == 1
        assert said in capsys.readouterr().err
        assert published(target) == before
    for said in ("demo/yanked.json", "other/status.json"):
        (repository.packages / said).unlink()
    assert main(["publish", "old", "--to", target.to, "--lift", "demo", "--lift", "other"]) == 0
    assert page(target.files, "demo")["files"][0]["yanked"] is False
    # What is yanked may be quarantined.
    repository.say("demo", "yanked.json", {name: "eats data"})
    for status in ("active", "quarantined"):
        repository.say("demo", "status.json", {"status": status, "reason": "x"})
        repository.publish(repository.root / "site")
        assert main(["publish", "--to", target.to]) == 0


def test_nothing_is_left_beside_a_folder(repository: Repository, tmp_path: Path) -> None:
    """Its parent may be somebody else's, or another one on the next machine."""
    parent = tmp_path / "parent"
    assert repository.root.exists()
    assert main(["publish", "--to", str(parent / "www")]) == 0
    assert [path.name for path in parent.iterdir()] == ["www"]


def test_what_arrived_is_checked(
    target: Target, repository: Repository, capsys: Capture, tmp_path: Path
) -> None:
    """Through a server over what lies there; the folder's is made by the verb."""
    with running(server(repository.root / "site", 0, quiet=True)) as top:
        more = ["--url", f"{top}/simple/"] if "s3:" in target.to else []
        assert main(["publish", "--to", target.to, "--deep", *more]) == 0
        name = repository.wheel("late")
        capsys.readouterr()
        assert main(["publish", "--to", target.to, *more]) == 1
        assert f"missing: {name}: the index does not list it" in capsys.readouterr().err
        assert main(["publish", "--to", target.to, "--partial", *more]) == 0
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
    said = capsys.readouterr().err
    assert "wheelhouse is no index of ours" in said
    assert "name the folder that `index` wrote" in said
    assert not (repository.root / "new").exists()


def test_a_full_disk_leaves_no_half_file(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def full(_: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copyfile", full)
    assert main(["publish", "--to", "www"]) == 75
    assert "the disk is full" in capsys.readouterr().err
    assert tree(repository.root / "www") == {}


def test_whoever_serves_a_folder_can_read_it(repository: Repository) -> None:
    assert main(["publish", "--to", "www"]) == 0
    www = repository.root / "www"
    assert {(www / name).stat().st_mode & 0o777 for name in tree(www) if name != ".lock"} == {0o644}
