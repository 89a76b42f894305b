"""The HTTP client, in one place: another library is another import line here."""

import netrc
import os
import ssl
from collections.abc import Generator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2 as httpx

from farwheel.errors import FarwheelError
from farwheel.pipconf import pip_setting

HTTPError = httpx.HTTPError
Response = httpx.Response
# For a request that is to carry no password.
NOBODY = httpx.Auth()

_CERTIFICATES = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
# Long enough for a mirror that wakes up, short enough that the next one gets its turn.
_TIMEOUT = httpx.Timeout(30.0, connect=10.0)


class Passwords(httpx.Auth):
    """As pip and uv find them: those in a URL hold for all of its host, others stand in ~/.netrc, or NETRC.

    The pages of some indexes, GitLab's among them, have whole URLs as links, without what was in the index's.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, int | None], tuple[str, str]] = {}
        self._netrc: netrc.netrc | None = None
        with suppress(OSError, netrc.NetrcParseError, ValueError, RuntimeError):
            self._netrc = netrc.netrc(os.environ.get("NETRC") or str(Path("~/.netrc").expanduser()))

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """As httpx asks for it."""
        url = request.url
        host = (url.scheme, url.host, url.port)
        if url.userinfo:
            self._known[host] = url.username, url.password
        found = self._known.get(host)
        entry = self._netrc.authenticators(url.host) if self._netrc is not None else None
        if not found and entry:
            found = entry[0] or "", entry[2] or ""
        if found and "Authorization" not in request.headers:
            yield from httpx.BasicAuth(*found).auth_flow(request)
        else:
            yield request


class Client(httpx.Client):
    """httpx's, for which an address that is none is an HTTPError too: pages and settings hold such."""

    def send(self, request: httpx.Request, **words: Any) -> httpx.Response:
        """As httpx does it."""
        try:
            return super().send(request, **words)
        except UnicodeError as error:
            # Two dots in a row, or more letters between them than a name may have.
            raise httpx.UnsupportedProtocol(f"{request.url.host} is no name of a host: {error}") from None

    def build_request(self, *args: Any, **words: Any) -> httpx.Request:
        """As httpx does it."""
        try:
            return super().build_request(*args, **words)
        except httpx.InvalidURL as error:
            raise httpx.UnsupportedProtocol(str(error)) from None


def certificates(env: Mapping[str, str] = os.environ) -> str:
    """The file or folder of CA certificates that this machine's other clients were told to use, or ""."""
    found = next((env[name] for name in _CERTIFICATES if env.get(name)), "") or pip_setting("cert", env)
    # pip knows what ~ is, in its variable, too.
    return str(Path(found).expanduser()) if found.startswith("~/") else found


def client(timeout: float | None = None) -> Client:
    """A client that follows redirects and honours the usual variables for proxies and certificates.

    `timeout` is in seconds and covers each wait for the network, not the whole answer.
    """
    bundle = certificates()
    verify: ssl.SSLContext | bool = True
    try:
        if bundle and Path(bundle).is_dir():
            verify = ssl.create_default_context(capath=bundle)
        elif bundle:
            verify = ssl.create_default_context(cafile=bundle)
    except OSError as error:
        raise FarwheelError(
            f"{bundle} holds no CA certificates: {error.strerror or error}",
            f"it is named by one of {', '.join(_CERTIFICATES)}, or by `cert` in pip.conf",
        ) from None
    try:
        return Client(
            auth=Passwords(),
            follow_redirects=True,
            headers={"User-Agent": "farwheel"},
            timeout=_TIMEOUT if timeout is None else timeout,
            verify=verify,
        )
    except (ImportError, ValueError, httpx.InvalidURL) as error:
        # All of them are looked at beforehand; SOCKS would need another package.
        raise FarwheelError(
            f"a proxy that this machine names is none that can be used: {str(error).partition('. ')[0]}",
            "HTTP_PROXY, HTTPS_PROXY and ALL_PROXY, in small letters too, may name http and https proxies; "
            "unset the others for this command",
        ) from None
