import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from packaging.version import Version

from farwheel import web
from farwheel.project import Project, upload_time_in
from loopback import Server

WHEN = "2026-10-12T19:35:51.5Z"
FILE: dict[str, Any] = {
    "filename": "demo-1.0.tar.gz",
    "url": "../../f/demo-1.0.tar.gz",
    "upload_time_iso_8601": WHEN,
}
FILE |= {"digests": {"sha256": "aa"}, "size": 5, "requires_python": None, "yanked": False}
ADVISORY: dict[str, Any] = {
    "id": "PYSEC-1",
    "aliases": ["CVE-1"],
    "fixed_in": ["1.1"],
    "link": "https://osv.invalid/1",
}
ADVISORY |= {"summary": None, "details": "It breaks.\nAt length.", "withdrawn": None}


def serving(server: Server, **answers: object) -> Server:
    """A server whose JSON API answers "demo", or "demo_1.0" for one version."""
    for name, document in answers.items():
        path = name.replace("_", "/").replace("x", ".")
        server.file(f"/pypi/{path}/json", json.dumps(document).encode(), "application/json")
    return server


def project(*servers: Server) -> Project:
    return Project(web.client(timeout=5), [f"{server.url}/simple" for server in servers], "Demo")


def test_files_of_all_releases(serve: Callable[[], Server]) -> None:
    server = serving(serve(), demo={"releases": {"0.9": [], "1.0": [FILE]}})
    files = project(server).files()
    assert files is not None
    [file] = files
    assert (file.name, file.sha256, file.size, file.yanked) == ("demo-1.0.tar.gz", "aa", 5, False)
    assert file.url == f"{server.url}/f/demo-1.0.tar.gz"
    assert file.upload_time == datetime(2026, 10, 12, 19, 35, 51, 500000, UTC)


@pytest.mark.parametrize(
    "document",
    [{}, {"releases": None}, {"releases": {"1.0": [{}]}}, {"releases": {"1.0": "x"}}, [], None, "x"],
)
def test_an_answer_that_is_not_understood_tells_nothing(
    serve: Callable[[], Server], document: object
) -> None:
    found = project(serving(serve(), demo=document))
    assert found.files() is None
    assert found.advisories(Version("1.0")) is None
    assert found.upload_time(Version("1.0"), "demo-1.0.tar.gz") is None


def test_the_next_index_is_asked_when_one_has_no_api(serve: Callable[[], Server]) -> None:
    assert project(serve(), serving(serve(), demo={"releases": {}})).files() == []


def test_advisories_of_a_version_of_its_own(serve: Callable[[], Server]) -> None:
    whole = {"info": {"version": "2.0"}, "vulnerabilities": []}
    withdrawn = ADVISORY | {"id": "PYSEC-2", "withdrawn": WHEN}
    server = serving(serve(), demo=whole, demo_1x0={"vulnerabilities": [ADVISORY, withdrawn]})
    found = project(server)
    assert found.advisories(Version("2.0")) == ()
    [advisory] = found.advisories(Version("1.0")) or ()
    assert (advisory.id, advisory.aliases, advisory.fixed_in) == ("PYSEC-1", ("CVE-1",), ("1.1",))
    assert (advisory.summary, advisory.link) == ("It breaks.", "https://osv.invalid/1")
    assert found.advisories(Version("1.1")) is None
    assert [path for path, _ in server.asked].count("/pypi/demo/json") == 1


@pytest.mark.parametrize("field", ["upload_time", "upload_time_iso_8601"])
def test_upload_time_of_the_json_api(field: str) -> None:
    entry = {"filename": "demo-1.0.tar.gz", field: "2026-10-12T19:35:51"}
    assert upload_time_in({"urls": [entry]}, "demo-1.0.tar.gz") == datetime(
        2026, 10, 12, 19, 35, 51, tzinfo=UTC
    )
    assert upload_time_in({"releases": {"1.0": [entry]}}, "demo-1.0.tar.gz")
    assert upload_time_in({"urls": [entry]}, "demo-2.0.tar.gz") is None
