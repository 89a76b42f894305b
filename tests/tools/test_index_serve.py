"""`serve`: content negotiation, types, redirects, and what it refuses."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import httpx2 as httpx
import pytest

from farwheel.cli import main
from farwheel.index.negotiate import choose
from farwheel.index.serve import running, server
from index_repository import Repository

JSON = "application/vnd.pypi.simple.v1+json"
HTML = "application/vnd.pypi.simple.v1+html"
PIP = f"{JSON}, {HTML}; q=0.1, text/html; q=0.01"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository")
    repository = Repository(root / "repository")
    repository.wheel("two-words")
    repository.publish(root / "site")
    (root / "secret").write_text("secret")
    return root / "site"


@pytest.fixture(scope="module")
def client(site: Path) -> Iterator[httpx.Client]:
    with running(server(site, 0)) as top, httpx.Client(base_url=top) as found:
        yield found


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "text/html"),
        ("*/*", "text/html"),
        ("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "text/html"),
        (PIP, JSON),
        (JSON, JSON),
        ("application/vnd.pypi.simple.latest+json", JSON),
        (f"{HTML};q=0.5, {JSON};q=0.4", HTML),
        (f"{HTML};q=0.4, {JSON};q=0.5", JSON),
        (f"*/*;q=0.1, {JSON}", JSON),
        (f"application/*, {HTML};q=0", JSON),
        (f"{JSON};q=0, */*", "text/html"),
        (f"{JSON};q=often, text/html;q=0.1", "text/html"),
        (JSON.upper(), JSON),
    ],
)
def test_what_a_client_likes_best_is_what_it_gets(accept: str, kind: str) -> None:
    found = choose(accept)
    assert found is not None
    assert found.type == kind
    assert found.file.endswith("json" if kind == JSON else "html")


@pytest.mark.parametrize("accept", ["image/png", f"{JSON};q=0", ","])
def test_what_cannot_be_had_is_not_chosen(accept: str) -> None:
    assert choose(accept) is None


def test_pages_come_as_json_and_as_html(client: httpx.Client) -> None:
    for path in ("/simple/", "/simple/two-words/"):
        as_json = client.get(path, headers={"Accept": PIP})
        as_html = client.get(path, headers={"Accept": "text/html"})
        assert as_json.headers["content-type"] == JSON
        assert as_json.json()["meta"]["api-version"] == "1.4"
        assert as_html.headers["content-type"] == "text/html"
        assert "two-words" in as_html.text
        assert as_json.headers["vary"] == as_html.headers["vary"] == "Accept"
        assert client.head(path, headers={"Accept": PIP}).headers["content-type"] == JSON


def test_what_nobody_can_give_is_said(client: httpx.Client) -> None:
    assert client.get("/simple/", headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("/", "/simple/"),
        ("/simple", "/simple/"),
        ("/simple/two-words", "/simple/two-words/"),
        ("/simple/Two_Words/", "/simple/two-words/"),
        ("/simple/two.words", "/simple/two-words/"),
    ],
)
def test_other_spellings_are_led_to_the_page(asked: str, answered: str, client: httpx.Client) -> None:
    answer = client.get(asked)
    assert (answer.status_code, answer.headers["location"]) == (301, answered)


@pytest.mark.parametrize("path", ["/files/", "/simple/none/", "/none"])
def test_nothing_but_the_index_is_served(path: str, client: httpx.Client) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/../secret", "/files/../../secret", "/%2e%2e/secret", "/files/..%2f..%2fsecret", "//../secret"]
)
def test_no_path_leads_out_of_the_index(path: str, client: httpx.Client) -> None:
    # Another client would make /secret of it before it asks.
    connection = HTTPConnection(client.base_url.host, client.base_url.port)
    with closing(connection):
        connection.request("GET", path)
        assert connection.getresponse().status == 404


def test_files_come_as_they_are(site: Path, client: httpx.Client) -> None:
    for file in (site / "files").iterdir():
        answer = client.get(
            f"/files/{file.name}", headers={"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
        )
        assert answer.content == file.read_bytes()
    assert client.get("/simple/index.json").headers["content-type"] == "application/json"


def test_a_port_in_use_is_named(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["serve", str(site), "--port", str(port)]) == 1
    assert capsys.readouterr().err.startswith(f"error: port {port} cannot be had: Address already in use\n")


def test_a_folder_without_an_index_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", str(tmp_path)]) == 1
    assert f"{tmp_path} holds no index" in capsys.readouterr().err


def test_the_verb_says_how_to_use_it_and_ends_on_ctrl_c(site: Path) -> None:
    source = str(Path(__file__).parents[2] / "tools/src")
    command = [sys.executable, "-m", "farwheel", "serve", str(site), "--port", "0"]
    with subprocess.Popen(
        command,
        env=os.environ | {"PYTHONPATH": source},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        pip, uv = process.stdout.readline(), process.stdout.readline()
        url = pip.split()[3]
        assert (pip, uv) == (
            f"pip install --index-url {url} NAME\n",
            f"uv pip install --default-index {url} NAME\n",
        )
        assert httpx.get(url).status_code == 200
        time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
        assert process.stderr is not None
        assert process.stderr.read() == (
            f'farwheel: pages for people: {url.removesuffix("simple/")}\n"GET /simple/ HTTP/1.1" 200 -\n'
        )
