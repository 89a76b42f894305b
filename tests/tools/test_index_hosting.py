"""The configurations in docs/index-hosting.md, run by the servers that they are for."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2 as httpx
import pytest

from index_pages import publish
from index_repository import Repository, page

DOCUMENT = Path(__file__).parents[2] / "docs/index-hosting.md"
JSON = "application/vnd.pypi.simple.v1+json"
PIP = f"{JSON}, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01"

# What surrounds the snippet where nobody has set up the server; everything it writes is in FOLDER.
NGINX = """
daemon off; master_process off; pid FOLDER/pid; error_log FOLDER/error.log;
events {}
http {
    access_log off;
    include /etc/nginx/mime.types;
    client_body_temp_path FOLDER/a; proxy_temp_path FOLDER/b; fastcgi_temp_path FOLDER/c;
    uwsgi_temp_path FOLDER/d; scgi_temp_path FOLDER/e;
    SNIPPET
}
"""
CADDY = "{\n admin off\n}\nSNIPPET"


def snippet(language: str) -> str:
    """The block of the document in this language."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL)
    assert len(found) == 1
    return str(found[0])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(params=["nginx", "caddy"])
def served(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL at which the server serves the folder `site`."""
    program = shutil.which(request.param) or shutil.which(request.param, path="/usr/sbin")
    if program is None:
        pytest.skip(f"{request.param} is not installed")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    repository = Repository(tmp_path / "repository")
    repository.wheel("demo")
    publish(repository, tmp_path / "site")
    port = free_port()
    own: dict[str, tuple[str, Callable[[Path], list[str]]]] = {
        "nginx": (NGINX, lambda config: ["-p", str(tmp_path), "-c", str(config)]),
        "caddy": (CADDY, lambda config: ["run", "--config", str(config), "--adapter", "caddyfile"]),
    }
    around, words = own[request.param]
    language = {"nginx": "nginx", "caddy": "caddyfile"}[request.param]
    text = around.replace("SNIPPET", snippet(language)).replace("FOLDER", str(tmp_path))
    text = text.replace("/srv/site", str(tmp_path / "site")).replace("8080", str(port))
    text = text.replace("listen ", "listen 127.0.0.1:").replace("http://:", "http://127.0.0.1:")
    config = tmp_path / "config.txt"
    config.write_text(text)
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen([program, *words(config)], stdout=log, stderr=log)
    try:
        yield wait(process, f"http://127.0.0.1:{port}", tmp_path / "log")
    finally:
        process.terminate()
        process.wait(10)


def wait(process: "subprocess.Popen[bytes]", url: str, log: Path) -> str:
    """Until the server answers."""
    for _ in range(200):
        assert process.poll() is None, log.read_text()
        try:
            httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return url
    raise AssertionError(log.read_text())


def test_a_documented_server_negotiates(served: str, tmp_path: Path) -> None:
    for path in ("/simple/", "/simple/demo/"):
        as_json = httpx.get(served + path, headers={"Accept": PIP})
        as_html = httpx.get(served + path, headers={"Accept": "text/html,*/*;q=0.8"})
        assert as_json.headers["content-type"] == JSON
        assert as_json.json()["meta"]["api-version"] == "1.4"
        assert as_html.headers["content-type"].partition(";")[0] == "text/html"
        assert as_html.text.startswith("<!DOCTYPE html>")
        assert as_json.headers["vary"] == as_html.headers["vary"] == "Accept"
    for file in page(tmp_path / "site", "demo")["files"]:
        answer = httpx.get(f"{served}/simple/demo/{file['url']}")
        assert len(answer.content) == file["size"]
        assert "immutable" in answer.headers["cache-control"]
        assert httpx.get(f"{served}/simple/demo/{file['url']}.metadata").status_code == 200
    assert httpx.get(f"{served}/simple/demo", follow_redirects=True).url.path == "/simple/demo/"
    assert httpx.get(f"{served}/simple/none/").status_code == 404


def test_a_documented_server_shows_the_pages(served: str) -> None:
    types = {
        "/": "text/html",
        "/project/demo/": "text/html",
        "/assets/farwheel.css": "text/css",
        "/assets/farwheel.js": "javascript",
        "/project/demo/badge.svg": "image/svg+xml",
        "/feed.xml": "xml",
    }
    for path, kind in types.items():
        answer = httpx.get(served + path)
        assert answer.status_code == 200
        assert kind in answer.headers["content-type"], path
