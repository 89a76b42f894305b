"""`index --check`: a published index over HTTP against the ledgers."""

import json
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from farwheel.cli import main
from farwheel.index import negotiate
from farwheel.index.serve import running, server
from index_pages import pin
from index_repository import LOONG, RISCV, Repository, made, page, with_site

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    return with_site(tmp_path / "repository", monkeypatch)


@pytest.fixture
def service(repository: Repository) -> Iterator[ThreadingHTTPServer]:
    with running(found := server(repository.root / "site", 0)):
        yield found


@pytest.fixture
def url(service: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{service.server_port}/simple/"


def file(repository: Repository, name: str) -> Path:
    """The published file of a project."""
    (found,) = (repository.root / "site/files").glob(f"{name}-*.whl")
    return found


def findings(capsys: Capture, *words: str) -> list[tuple[str, str]]:
    """(project, problem) of what --check finds; the exit code tells whether that is anything."""
    capsys.readouterr()
    code = main(["index", "--check", *words, "--json"])
    rows = json.loads(capsys.readouterr().out)
    assert code == bool(rows)
    return [(row["file"].partition("-")[0], row["problem"]) for row in rows]


@pytest.mark.parametrize("depth", [[], ["--deep"]])
def test_nothing_is_found_in_what_was_just_written(depth: list[str], url: str, capsys: Capture) -> None:
    assert findings(capsys, url, *depth) == []


def test_what_the_ledger_has_and_the_index_has_not_is_missing(
    repository: Repository, url: str, capsys: Capture
) -> None:
    repository.wheel("demo", tag=LOONG)
    repository.wheel("later")
    assert findings(capsys, url) == [("demo", "missing"), ("later", "missing")]
    assert findings(capsys, url, "--partial") == []


def test_what_a_newer_build_or_version_has_replaced_need_not_be_there(
    repository: Repository, url: str, capsys: Capture
) -> None:
    """It cannot be built any more, and may never have been published."""
    (published,) = (repository.root / "site/files").glob("demo-*.whl")
    old = [repository.wheel("demo", tag=LOONG), repository.wheel("demo", "0.9"), published.name]
    new = repository.wheel("demo", tag=f"1-{RISCV}")
    repository.say("demo", "pin.json", pin("1.0", ()))
    assert findings(capsys, url) == [("demo", "missing")]
    for name in old:
        (repository.wheels / name).unlink()
    assert main(["index", "site"]) == 0
    assert {one["filename"] for one in page(repository.root / "site", "demo")["files"]} == {old[2], new}
    assert findings(capsys, url) == []


def test_what_no_ledger_has_is_extra(repository: Repository, url: str, capsys: Capture) -> None:
    (repository.packages / "other/wheels.json").unlink()
    assert findings(capsys, url) == [("other", "extra")]


def test_a_page_that_the_list_of_projects_lacks_is_found(
    repository: Repository, url: str, capsys: Capture
) -> None:
    top = repository.root / "site/simple/index.json"
    said = json.loads(top.read_text())
    said["projects"] = [one for one in said["projects"] if one["name"] != "other"]
    top.write_text(json.dumps(said))
    assert findings(capsys, url) == [("other", "altered")]
    assert findings(capsys, url, "--partial") == [("other", "altered")]


def test_what_the_ledger_has_otherwise_is_altered(repository: Repository, url: str, capsys: Capture) -> None:
    name = file(repository, "other").name
    repository.enter("other", name, made("other", "1.0", LOONG))
    # Its hash and its size.
    assert findings(capsys, url) == [("other", "altered")] * 2
    published = file(repository, "other").read_bytes()
    repository.enter("other", name, published[::-1])
    # Its hash alone.
    assert findings(capsys, url) == [("other", "altered")]
    repository.enter("other", name, published)
    assert findings(capsys, url) == []
    listed = repository.root / "site/simple/other/index.json"
    said = page(repository.root / "site", "other")
    said["files"][0]["size"] += 1
    listed.write_text(json.dumps(said))
    # The size that its page says alone.
    assert findings(capsys, url) == [("other", "altered")]


def test_a_yank_that_is_not_published_yet_is_found(repository: Repository, url: str, capsys: Capture) -> None:
    repository.say("other", "yanked.json", {file(repository, "other").name: "broken"})
    assert findings(capsys, url) == [("other", "altered")]


def test_a_quarantine_that_is_not_published_yet_is_found(
    repository: Repository, url: str, capsys: Capture
) -> None:
    repository.say("other", "status.json", {"status": "quarantined", "reason": "x"})
    assert findings(capsys, url) == [("other", "extra")]
    repository.publish(repository.root / "site")
    assert findings(capsys, url) == []


@pytest.mark.parametrize("more", [[], ["--deep"], ["--partial"]])
def test_files_that_are_not_where_their_page_says_are_found(
    repository: Repository, url: str, capsys: Capture, more: list[str]
) -> None:
    file(repository, "other").unlink()
    pure = file(repository, "pure")
    pure.with_name(f"{pure.name}.metadata").unlink()
    assert findings(capsys, url, *more) == [("other", "missing"), ("pure", "missing")]


def test_a_file_of_another_size_is_found_by_its_head_and_other_bytes_by_depth(
    repository: Repository, url: str, capsys: Capture
) -> None:
    short, turned = file(repository, "other"), file(repository, "demo")
    short.write_bytes(short.read_bytes()[:-1])
    turned.write_bytes(turned.read_bytes()[::-1])
    assert findings(capsys, url) == [("other", "altered")]
    assert findings(capsys, url, "--deep") == [("demo", "altered"), ("other", "altered")]


def test_metadata_with_other_bytes_than_its_page_says_is_found_by_depth(
    repository: Repository, url: str, capsys: Capture
) -> None:
    beside = file(repository, "demo")
    beside.with_name(f"{beside.name}.metadata").write_bytes(b"")
    assert findings(capsys, url) == []
    assert findings(capsys, url, "--deep") == [("demo", "altered")]


def test_lines_for_people(repository: Repository, url: str, capsys: Capture) -> None:
    name = repository.wheel("later")
    assert main(["index", "--check", url]) == 1
    assert capsys.readouterr().out == f"missing  {name}: the index does not list it\n"


def test_an_index_of_html_only_is_compared_too(
    repository: Repository, url: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(negotiate, "_OFFERS", (("text/html", "index.html"),))
    assert findings(capsys, url) == []
    short = file(repository, "demo")
    short.write_bytes(short.read_bytes()[:-1])
    (repository.packages / "other/wheels.json").unlink()
    assert findings(capsys, url) == [("demo", "altered"), ("other", "extra")]
    (repository.root / "site/simple/index.html").write_text("<![x>")
    assert main(["index", "--check", url]) == 1
    assert f"{url} is no simple index" in capsys.readouterr().err


@pytest.mark.parametrize("said", ["<html>", "[" * 100_000])
def test_html_that_calls_itself_json_is_no_index(
    repository: Repository, url: str, capsys: Capture, said: str
) -> None:
    (repository.root / "site/simple/index.json").write_text(said)
    assert main(["index", "--check", url]) == 1
    assert f"{url} is no simple index" in capsys.readouterr().err


def test_a_server_that_is_not_there_is_named(url: str, service: ThreadingHTTPServer, capsys: Capture) -> None:
    service.shutdown()
    service.server_close()
    assert main(["index", "--check", url]) == 75
    assert f"{url} went away at its list of projects: " in capsys.readouterr().err


def test_a_server_that_goes_away_in_the_middle_is_named(
    repository: Repository,
    url: str,
    service: ThreadingHTTPServer,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    handler = service.RequestHandlerClass.func  # type: ignore[attr-defined]
    send = handler.send_head

    def until_files(self: object) -> object:
        if "/files/" in self.path:  # type: ignore[attr-defined]
            self.connection.close()  # type: ignore[attr-defined]
            self.close_connection = True  # type: ignore[attr-defined]
            return None
        return send(self)

    monkeypatch.setattr(handler, "send_head", until_files)
    assert main(["index", "--check", url]) == 75
    said = capsys.readouterr().err
    assert f"{url} went away at " in said
    assert ".whl: " in said
    assert "Traceback" not in said
    assert repository.root.exists()


def test_what_is_no_index_is_named(url: str, capsys: Capture) -> None:
    assert main(["index", "--check", url.replace("simple", "other")]) == 1
    assert "answers HTTP 404" in capsys.readouterr().err


def test_a_page_that_cannot_be_had_is_not_an_empty_one(
    url: str, service: ThreadingHTTPServer, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = service.RequestHandlerClass.func  # type: ignore[attr-defined]
    send = handler.send_head

    def broken(self: object) -> object:
        if self.path == "/simple/demo/":  # type: ignore[attr-defined]
            self.send_error(500)  # type: ignore[attr-defined]
            return None
        return send(self)

    monkeypatch.setattr(handler, "send_head", broken)
    assert main(["index", "--check", url]) == 1
    assert f"{url}demo/ answers HTTP 500" in capsys.readouterr().err
