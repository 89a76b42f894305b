import pytest

from farwheel import web
from farwheel.errors import FarwheelError


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
