"""GitHub's REST API: requests that wait when told to, try again where it helps, and fail in plain words.

By GitHub's documentation "Rate limits for the REST API", "Best practices", "Using pagination" and
"Troubleshooting"; the server may be GitHub Enterprise's (GITHUB_API_URL).
"""

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from farwheel import web
from farwheel.errors import FarwheelError
from farwheel.mirrors import shown

_DEFAULT = "https://api.github.com"
_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
_TRIES = 5
# GitHub asks for a second between writes, and for a minute where a secondary limit names no time.
_BETWEEN_WRITES, _SECONDARY = 1.0, 60.0
# Longer waits are the next run's affair: nothing is lost, and a machine that idles is paid for.
_PATIENCE = 900.0
_UNAUTHORISED, _FORBIDDEN, _MISSING, _INVALID, _BUSY, _SERVER = 401, 403, 404, 422, 429, 500
_SLUG = re.compile(r"[\w.-]+/[\w.-]+")
_REMOTE = re.compile(
    r"(?:\w+://(?:[^/@]+@)?|[\w.-]+@)[\w.-]+(?::\d+)?[:/](?P<slug>[\w.-]+/[\w.-]+?)(?:\.git)?/?"
)
_RIGHTS = "it needs these permissions for the repository: contents, issues and pull requests, read and write"


class GitHubError(FarwheelError):
    """GitHub refused; `status` is HTTP's (0: not reached)."""

    def __init__(self, message: str, hint: str = "", status: int = 0) -> None:
        super().__init__(message, hint)
        self.status = status


class LimitError(GitHubError):
    """A rate limit that is not over for a while: whatever else is asked now makes it worse."""


class GitHub:
    """One repository (OWNER/NAME) as a token's owner sees it; without a token it can only be read."""

    def __init__(
        self,
        repository: str,
        token: str,
        base: str = _DEFAULT,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.repository, self._token, self._base = repository, token, base.rstrip("/")
        self._client = web.client()
        self._sleep, self._clock = sleep, clock
        self._wrote = 0.0

    @classmethod
    def of(cls, remote: str, env: Mapping[str, str] = os.environ) -> "GitHub":
        """The repository that GITHUB_REPOSITORY names, else that of a git remote's URL.

        The token is GITHUB_TOKEN's or GH_TOKEN's, the server GITHUB_API_URL's or GitHub itself.
        """
        slug = env.get("GITHUB_REPOSITORY") or slug_of(remote)
        if not _SLUG.fullmatch(slug):
            raise FarwheelError(
                f"{shown(remote)!r} names no repository on GitHub", "set GITHUB_REPOSITORY to OWNER/NAME"
            )
        token = env.get("GITHUB_TOKEN") or env.get("GH_TOKEN") or ""
        return cls(slug, token, env.get("GITHUB_API_URL") or _DEFAULT)

    @property
    def owner(self) -> str:
        """The account that the repository belongs to."""
        return self.repository.partition("/")[0]

    @property
    def has_token(self) -> bool:
        """Whether it is somebody's."""
        return bool(self._token)

    def can_write(self) -> None:
        """FarwheelError without a token."""
        if not self._token:
            raise FarwheelError("there is no token for GitHub", f"set GITHUB_TOKEN (or GH_TOKEN); {_RIGHTS}")

    def pages(self, path: str, **query: str | int) -> Iterator[Any]:
        """Every item of a list below the repository, page by page as the answers link them (RFC 8288)."""
        url, more = self._url(path), dict(query) | {"per_page": 100}
        while url:
            answer = self._send("GET", url, query=more)
            yield from _json(answer)
            url, more = answer.links.get("next", {}).get("url", ""), {}
            if url and not url.startswith(f"{self._base}/"):
                raise GitHubError(f"GitHub continues a list at {url}, where the token must not go")

    def post(self, path: str, body: Mapping[str, Any], *, again: bool = True) -> Any:
        """Make something. `again=False` where a second try might make it twice."""
        return _json(self._send("POST", self._url(path), body=body, tries=_TRIES if again else 1))

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        """Change something."""
        return _json(self._send("PATCH", self._url(path), body=body))

    def _url(self, path: str) -> str:
        return f"{self._base}/repos/{self.repository}/{path}"

    def _send(
        self,
        method: str,
        url: str,
        query: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
        tries: int = _TRIES,
    ) -> web.Response:
        headers = _HEADERS | ({"Authorization": f"Bearer {self._token}"} if self._token else {})
        tried, waited = 0, 0.0
        while True:
            tried += 1
            if method != "GET":
                self._pace()
            limit = None
            try:
                answer = self._client.request(
                    method, url, params=query or None, json=body, headers=headers, follow_redirects=False
                )
            except web.HTTPError as error:
                trouble = str(error) or type(error).__name__
            else:
                if answer.is_success:
                    return answer
                trouble = f"HTTP {answer.status_code} {answer.reason_phrase}"
                if answer.status_code < _SERVER:
                    limit = self._limit(answer, tried)
                    if limit is None:
                        raise self._refusal(method, url, answer)
            # Of a rate limit one is told before anything is done: that may be tried again in any case.
            if limit is None and tried >= tries:
                raise GitHubError(f"{method} {url}: {trouble}", "GitHub may be down: run this again later")
            delay = 2.0 ** (tried - 1) if limit is None else limit
            waited += delay
            if waited > _PATIENCE or tried >= _TRIES:
                until = time.strftime("%H:%M:%S UTC", time.gmtime(self._clock() + delay))
                hint = "run this again then: it goes on where it was"
                raise LimitError(f"GitHub's rate limit is used up until {until}", hint, _FORBIDDEN)
            self._sleep(delay)

    def _pace(self) -> None:
        rest = self._wrote + _BETWEEN_WRITES - self._clock()
        if rest > 0:
            self._sleep(rest)
        self._wrote = self._clock()

    def _limit(self, answer: web.Response, tried: int) -> float | None:
        """Seconds to wait when a rate limit, primary or secondary, is why it was refused; None otherwise."""
        if answer.status_code not in {_FORBIDDEN, _BUSY}:
            return None
        headers = answer.headers
        if headers.get("retry-after", "").isdigit():
            return float(headers["retry-after"])
        if headers.get("x-ratelimit-remaining") == "0" and headers.get("x-ratelimit-reset", "").isdigit():
            # Our clock may be a little ahead of theirs.
            return max(float(headers["x-ratelimit-reset"]) - self._clock(), 0.0) + 1.0
        if answer.status_code == _BUSY or "secondary rate limit" in answer.text.lower():
            return _SECONDARY * 2.0 ** (tried - 1)
        return None

    def _refusal(self, method: str, url: str, answer: web.Response) -> GitHubError:
        status = answer.status_code
        said = _message(answer)
        if status == _UNAUTHORISED:
            why, hint = "it does not accept the token", "it may have expired: set GITHUB_TOKEN to a new one"
        elif status == _FORBIDDEN:
            granted = answer.headers.get("x-accepted-github-permissions")
            why, hint = "the token may not do that", f"it asks for {granted}" if granted else _RIGHTS
        elif status == _MISSING:
            why = f"there is no such thing in {self.repository}, or the token may not see it"
            hint = f"check GITHUB_REPOSITORY and the token: {_RIGHTS}"
        elif answer.is_redirect:
            # Followed, it would answer under a name by which nothing of ours is found.
            why = "it is somewhere else now"
            hint = "set GITHUB_REPOSITORY, or the remote's URL, to what the repository is called now"
        else:
            why, hint = "it refuses", ""
        return GitHubError(f"{method} {url}: {why} (HTTP {status}: {said})", hint, status)


def slug_of(remote: str) -> str:
    """OWNER/NAME of a git remote's URL (https, ssh, git@HOST:OWNER/NAME.git); "" when it has none."""
    found = _REMOTE.fullmatch(remote)
    return found["slug"] if found else ""


def _json(answer: web.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        raise GitHubError(
            f"{answer.url} does not answer as GitHub's API does",
            "check GITHUB_API_URL: GitHub Enterprise's is https://HOST/api/v3",
        ) from None


def _message(answer: web.Response) -> str:
    """What GitHub says, with the reasons that a "Validation Failed" lists."""
    try:
        data = answer.json()
        reasons = [
            error
            if isinstance(error, str)
            else error.get("message") or f"{error.get('field')}: {error.get('code')}"
            for error in data.get("errors", ())
        ]
        return "; ".join([str(data["message"]), *reasons])
    except (AttributeError, KeyError, TypeError, ValueError):
        return answer.reason_phrase
