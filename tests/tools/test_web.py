from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from farwheel import web
from farwheel.errors import FarwheelError
from loopback import Server


@pytest.fixture
def closed(serve: Callable[[], Server]) -> Server:
    """A server that tells at /a with what it was asked."""
    server = serve()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        said = handler.headers.get("Authorization", "nothing").encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(said)))
        handler.end_headers()
        handler.wfile.write(said)

    server.answers["/a"] = answer
    return server


def test_a_password_in_a_url_holds_for_its_host_alone(closed: Server, serve: Callable[[], Server]) -> None:
    other = serve()
    other.answers = closed.answers
    with web.client() as http:
        assert http.get(f"{closed.url}/a").text == "nothing"
        assert http.get(f"{closed.url.replace('//', '//me:it@')}/a").text == "Basic bWU6aXQ="
        assert http.get(f"{closed.url}/a").text == "Basic bWU6aXQ="
        assert http.get(f"{other.url}/a").text == "nothing"
        assert http.get(f"{closed.url}/a", headers={"Authorization": "Bearer x"}).text == "Bearer x"
        assert http.get(f"{closed.url}/a", auth=web.NOBODY).text == "nothing"


def test_a_password_in_netrc(closed: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = "machine 127.0.0.1 login me password it\n"
    (Path.home() / ".netrc").write_text(entry)
    with web.client() as http:
        assert http.get(f"{closed.url}/a").text == "Basic bWU6aXQ="
        assert http.get(f"{closed.url.replace('//', '//a:b@')}/a").text == "Basic YTpi"
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for text in ("", "machine", "\0"):
        (tmp_path / "netrc").write_text(text)
        with web.client() as http:
            assert http.get(f"{closed.url}/a").text == "nothing"
    (tmp_path / "netrc").write_text(entry)
    with web.client() as http:
        assert http.get(f"{closed.url}/a").text == "Basic bWU6aXQ="


@pytest.mark.parametrize(
    ("name", "proxy"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:9"),
        ("http_proxy", "ftp://me:secret@proxy.test"),
        ("HTTPS_PROXY", "http://me:secret@proxy.test:port"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_told(name: str, proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, proxy)
    with pytest.raises(FarwheelError, match="proxy") as told:
        web.client()
    assert name.upper() in told.value.hint
    assert "secret" not in told.value.message


@pytest.mark.parametrize("host", ["two..dots.test", f"{'a' * 64}.test"])
def test_a_name_that_no_host_can_have_is_an_answer_that_did_not_come(host: str) -> None:
    with web.client() as http, pytest.raises(web.HTTPError, match="no name of a host"):
        http.get(f"http://{host}/")
