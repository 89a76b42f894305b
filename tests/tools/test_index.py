"""The pages: what the model says, as JSON and as HTML, read back by somebody else's parser."""

import hashlib
import json
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pypi_simple import IndexPage, ProjectPage, ProjectStatus, RepositoryPage

from farwheel import nix
from farwheel.cli import main
from farwheel.ledger import Reproduction
from farwheel.pins import write_json
from index_repository import ADDED, LOONG, PURE, RISCV, Repository, page, tree
from made_wheel import Member

AT = "http://index.test/a/b/simple/"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


def test_a_page_says_everything_that_the_standards_have(repository: Repository, tmp_path: Path) -> None:
    name = repository.wheel("demo", metadata=b"Requires-Python: >=3.12\n\nLong.\n")
    repository.say("demo", "yanked.json", {name: "crashes on <all> boards"})
    repository.publish(tmp_path / "out")
    read = ProjectPage.from_json_data(page(tmp_path / "out", "demo"), f"{AT}demo/")
    (file,) = read.packages
    path = repository.wheels / name
    assert read.project == "demo"
    assert read.versions == ["1.0"]
    assert read.repository_version == "1.4"
    assert read.status == ProjectStatus.ACTIVE
    assert file.filename == name
    assert file.url == f"http://index.test/a/b/files/{name}"
    assert file.digests == {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    assert file.size == path.stat().st_size
    assert file.upload_time is not None
    assert f"{file.upload_time:%Y-%m-%dT%H:%M:%SZ}" == ADDED
    assert file.requires_python == ">=3.12"
    assert (file.is_yanked, file.yanked_reason) == (True, "crashes on <all> boards")
    with zipfile.ZipFile(path) as wheel:
        metadata = wheel.read("demo-1.0.dist-info/METADATA")
    assert file.metadata_digests == {"sha256": hashlib.sha256(metadata).hexdigest()}
    assert (tmp_path / "out/files" / f"{name}.metadata").read_bytes() == metadata


def test_html_says_the_same_as_json(repository: Repository, tmp_path: Path) -> None:
    name = repository.wheel("demo", metadata=b"Requires-Python: >=3.12, <4\n")
    repository.wheel("demo", tag=LOONG)
    repository.say("demo", "yanked.json", {name: 'a "quoted" <reason> & more'})
    repository.say("demo", "status.json", {"status": "deprecated", "reason": "</title><script>"})
    repository.publish(tmp_path / "out")
    json_page = ProjectPage.from_json_data(page(tmp_path / "out", "demo"), f"{AT}demo/")
    html = (tmp_path / "out/simple/demo/index.html").read_text()
    html_page = ProjectPage.from_html("demo", html, f"{AT}demo/")
    assert html_page.repository_version == json_page.repository_version
    assert (html_page.status, html_page.status_reason) == (json_page.status, json_page.status_reason)
    assert html_page.status_reason == "</title><script>"
    fields = (
        "filename",
        "url",
        "digests",
        "requires_python",
        "is_yanked",
        "yanked_reason",
        "metadata_digests",
    )
    for one, other in zip(html_page.packages, json_page.packages, strict=True):
        assert [getattr(one, field) for field in fields] == [getattr(other, field) for field in fields]
    assert "<script>" not in html


def test_the_list_of_projects_leads_to_each(repository: Repository, tmp_path: Path) -> None:
    repository.wheel("demo")
    repository.wheel("two-words")
    repository.publish(tmp_path / "out")
    top = tmp_path / "out/simple"
    assert IndexPage.from_json_data(json.loads((top / "index.json").read_text())).projects == [
        "demo",
        "two-words",
    ]
    links = RepositoryPage.from_html((top / "index.html").read_text(), AT).links
    assert [link.url for link in links] == [f"{AT}demo/", f"{AT}two-words/"]
    assert all((top / link.text / "index.html").exists() for link in links)


def test_html_is_well_formed(repository: Repository, tmp_path: Path) -> None:
    """Every tag is closed in order; only void elements are not."""
    repository.wheel("demo")
    repository.publish(tmp_path / "out")

    class Nesting(HTMLParser):
        stack: list[str]

        def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - the base class says so
            if tag not in {"meta", "br"}:
                self.stack.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert self.stack.pop() == tag

    for path in (tmp_path / "out").rglob("*.html"):
        parser = Nesting()
        parser.stack = []
        parser.feed(path.read_text())
        assert parser.stack == []


def test_files_are_in_the_order_of_versions_and_builds(repository: Repository, tmp_path: Path) -> None:
    tags = [("1.10", RISCV), ("1.9", RISCV), ("1.9", f"2-{RISCV}"), ("1.9", f"10-{RISCV}"), ("1.9rc1", RISCV)]
    names = {repository.wheel("demo", version, tag): (version, tag) for version, tag in tags}
    repository.publish(tmp_path / "out")
    listed = page(tmp_path / "out", "demo")
    assert listed["versions"] == ["1.9rc1", "1.9", "1.10"]
    assert [names[file["filename"]] for file in listed["files"]] == [tags[i] for i in (4, 1, 2, 3, 0)]


def test_what_a_file_was_made_from_is_said_under_private_keys(repository: Repository, tmp_path: Path) -> None:
    library = {
        "name": "openblas",
        "version": "0.3.34",
        "license": "BSD-3-Clause",
        "sha256": "0" * 64,
        "files": [],
    }
    carried = Member("demo-1.0.dist-info/farwheel/libraries.json", json.dumps([library]).encode())
    repository.wheel(
        "demo",
        extra=(carried,),
        tests={"counts": {"passed": 9, "skipped": 1}, "seconds": 3},
        reproduced=(Reproduction("varied", "2026-11-20"),),
    )
    repository.publish(tmp_path / "out")
    (file,) = page(tmp_path / "out", "demo")["files"]
    inputs = file["_inputs"]
    digest = inputs.pop("sha256")
    assert (
        digest
        == hashlib.sha256(json.dumps(inputs, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    )
    assert inputs["sdist"] == "5" * 64
    assert inputs["libraries"] == {"openblas": "0.3.34"}
    assert file["_tests"] == {"passed": 9, "skipped": 1}
    assert file["_reproduced"] == [{"variation": "varied", "date": "2026-11-20"}]
    assert file["_libraries"] == [{"name": "openblas", "version": "0.3.34", "license": "BSD-3-Clause"}]


def test_a_local_version_survives_its_way_through_a_url(repository: Repository, tmp_path: Path) -> None:
    name = repository.wheel("demo", "1.0+far.1")
    repository.publish(tmp_path / "out")
    (file,) = page(tmp_path / "out", "demo")["files"]
    assert file["url"] == f"../../files/{name.replace('+', '%2B')}"
    assert (tmp_path / "out/files" / name).exists()


def test_with_a_files_url_links_are_absolute_and_no_wheel_is_copied(
    repository: Repository, tmp_path: Path
) -> None:
    name = repository.wheel("demo")
    repository.publish(tmp_path / "near")
    repository.publish(tmp_path / "far", files_url="https://files.test/{name}-x/")
    near, far = page(tmp_path / "near", "demo"), page(tmp_path / "far", "demo")
    assert far["files"][0].pop("url") == f"https://files.test/demo-x/{name}"
    assert near["files"][0].pop("url") == f"../../files/{name}"
    assert far == near
    assert [path.name for path in (tmp_path / "far/files").iterdir()] == [f"{name}.metadata"]


def test_attestations_beside_a_wheel_are_kept_and_named_where_a_whole_url_can_be(
    repository: Repository, tmp_path: Path
) -> None:
    name = repository.wheel("attested")
    (repository.wheels / f"{name}.provenance").write_text('{"version": 1}')
    for out, files_url in (("near", ""), ("far", "https://files.test/x")):
        repository.publish(tmp_path / out, files_url=files_url)
        assert (tmp_path / out / f"files/{name}.provenance").read_text() == '{"version": 1}'
        folder = tmp_path / out / "simple/attested"
        url = f"{files_url}/{name}.provenance" if files_url else None
        for read in (
            ProjectPage.from_json_data(json.loads((folder / "index.json").read_text())),
            ProjectPage.from_html("attested", (folder / "index.html").read_text()),
        ):
            assert [package.provenance_url for package in read.packages] == [url]
    # An earlier index has them, too, for whoever has no wheels any more, or wheels alone.
    for gone in (f"{name}.provenance", name):
        (repository.wheels / gone).unlink()
        repository.publish(tmp_path / "near")
        assert (tmp_path / "near/files" / f"{name}.provenance").exists()


def test_tracks_name_the_project_of_the_other_index(repository: Repository, tmp_path: Path) -> None:
    repository.wheel("demo")
    repository.publish(tmp_path / "out", tracks="https://other.test/simple")
    read = ProjectPage.from_json_data(page(tmp_path / "out", "demo"), f"{AT}demo/")
    html = (tmp_path / "out/simple/demo/index.html").read_text()
    assert read.tracks == ["https://other.test/simple/demo/"]
    assert ProjectPage.from_html("demo", html, AT).tracks == read.tracks


def test_a_quarantined_project_offers_nothing_and_says_why(repository: Repository, tmp_path: Path) -> None:
    name = repository.wheel("demo")
    repository.say("demo", "status.json", {"status": "quarantined", "reason": "stolen"})
    repository.publish(tmp_path / "out")
    read = page(tmp_path / "out", "demo")
    assert read["project-status"] == {"status": "quarantined", "reason": "stolen"}
    assert (read["files"], read["versions"]) == ([], ["1.0"])
    assert not (tmp_path / "out/files" / name).exists()


def test_pinned_pure_wheels_are_part_of_the_index(repository: Repository, tmp_path: Path) -> None:
    name = repository.pin("needed", "3.1", added="2026-11-18T00:00:00Z")
    repository.publish(tmp_path / "out")
    (file,) = page(tmp_path / "out", "needed")["files"]
    assert file["filename"] == name
    assert file["upload-time"] == "2026-11-18T00:00:00Z"
    assert not [key for key in file if key.startswith("_")]
    assert (tmp_path / "out/files" / name).read_bytes() == repository.mirror[name].read_bytes()


def test_a_pinned_wheel_can_be_yanked_and_stays(repository: Repository, tmp_path: Path) -> None:
    name = repository.pin("needed", "3.1")
    write_json(repository.root / "closures/yanked.json", {name: "eats boards"})
    repository.publish(tmp_path / "out")
    assert page(tmp_path / "out", "needed")["files"][0]["yanked"] == "eats boards"


def test_a_pinned_project_can_be_quarantined(repository: Repository, tmp_path: Path) -> None:
    name = repository.pin("needed", "3.1")
    said = {"status": "quarantined", "reason": "stolen"}
    write_json(repository.root / "closures/status.json", {"needed": said})
    repository.publish(tmp_path / "out")
    read = page(tmp_path / "out", "needed")
    assert (read["project-status"], read["files"]) == (said, [])
    assert not (tmp_path / "out/files" / name).exists()


def test_the_same_input_gives_the_same_bytes(repository: Repository, tmp_path: Path) -> None:
    for number in range(5):
        repository.wheel("demo", f"1.{number}")
        repository.wheel(f"demo{number}", tag=PURE)
    repository.publish(tmp_path / "one")
    repository.publish(tmp_path / "two")
    repository.publish(tmp_path / "two")
    assert tree(tmp_path / "one") == tree(tmp_path / "two")
    assert tree(tmp_path / "one").keys() >= {"simple/index.html", "simple/demo/index.json"}


def test_other_pages_are_part_of_the_same_folder(repository: Repository, tmp_path: Path) -> None:
    repository.wheel("demo")
    repository.publish(
        tmp_path / "out", pages=lambda index, new: (new / "files/count").write_text(str(len(index.files)))
    )
    assert (tmp_path / "out/files/count").read_text() == "1"


def test_the_verb_says_what_it_did(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = repository.wheel("demo")
    monkeypatch.setattr(nix, "REPOSITORY", repository.root)
    monkeypatch.chdir(repository.root)
    assert main(["index", "site", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"projects": 1, "files": 1, "new": [name], "gone": []}
    assert main(["index", "site"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "site: 1 projects, 1 files" in said.err


def test_hundreds_of_files_take_no_time(tmp_path: Path) -> None:
    """`index_speed.py FOLDER 10000`, by hand, is what the figure is measured with."""
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("index_speed.py"), tmp_path / "many", "400"],
        capture_output=True,
        text=True,
        check=True,
    )
    measured = json.loads(done.stdout)
    assert measured["same"]
    assert measured["first"]["files"] == 400
    # 25 times as fast as the figure demands would be 0.4 s; machines that are busy get ten times that.
    assert measured["first"]["seconds"] < 4
    assert measured["first"]["bytes"] < 200 << 20
