"""GitHub's REST API on loopback, as far as a bot needs it: tokens, limits and faults, over `github_state`."""

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from farwheel.index.serve import running
from github_schema import OPERATIONS, violations
from github_state import SLUG, Answer, State, error

TOKEN = "a-token"


class Clock:
    """Time that passes only when somebody sleeps; seconds since 1970."""

    def __init__(self, now: float) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class FakeGitHub:
    """`faults` are answered first, once each, to requests that match ("POST .*/pulls"); None hangs up.

    Writes have to be a second apart by `clock`, if they are `paced`.
    """

    state: State
    clock: Clock = field(default_factory=lambda: Clock(1_790_000_000.0))
    writable: bool = True
    paced: bool = True
    remaining: int = 5000
    faults: list[tuple[str, Answer | None]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _wrote: float = 0.0

    @property
    def writes(self) -> list[str]:
        """What was asked for besides reading."""
        return [request for request in self.requests if not request.startswith("GET ")]

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: Any) -> Answer | None:
        """What GitHub says; None hangs up."""
        with self._lock:
            parts = urlsplit(target)
            self.requests.append(f"{method} {parts.path}")
            fault = self._fault(f"{method} {parts.path}")
            if fault is None:
                return None
            if fault.status and not fault.done:
                return fault
            answer = self._refusal(method, headers) or self._dispatch(method, parts, body)
            return fault if fault.status else answer

    def _fault(self, request: str) -> Answer | None:
        for index, (pattern, answer) in enumerate(self.faults):
            if re.fullmatch(pattern, request):
                del self.faults[index]
                return answer
        return Answer(0)

    def _refusal(self, method: str, headers: Mapping[str, str]) -> Answer | None:
        if not headers.get("user-agent"):
            return error(403, "Request forbidden by administrative rules.")
        if headers.get("x-github-api-version") != "2022-11-28":
            return error(400, "The version header is not supported.")
        token = headers.get("authorization", "")
        if token not in {f"Bearer {TOKEN}", ""}:
            return error(401, "Bad credentials")
        if not token and method != "GET":
            return error(401, "Requires authentication")
        return self._limit(method)

    def _limit(self, method: str) -> Answer | None:
        self.remaining -= 1
        if self.remaining < 0:
            reset = {"x_ratelimit_remaining": "0", "x_ratelimit_reset": str(int(self.clock()) + 120)}
            self.remaining = 5000
            return error(403, "API rate limit exceeded for user ID 1.", **reset)
        if method == "GET":
            return None
        if not self.writable:
            needed = {"x_accepted_github_permissions": "pull_requests=write"}
            return error(403, "Resource not accessible by personal access token", **needed)
        if self.paced and self.clock() < self._wrote + 1:
            return error(403, "You have exceeded a secondary rate limit.", retry_after="60")
        self._wrote = self.clock()
        return None

    def _dispatch(self, method: str, parts: Any, body: Any) -> Answer:
        for operation in OPERATIONS:
            if not (found := operation.match(method, parts.path)):
                continue
            if f"{found['owner']}/{found['repo']}".lower() != SLUG:
                break
            query = dict(parse_qsl(parts.query))
            if wrong := violations(operation, query, body):
                self.violations += [f"{operation.name}: {one}" for one in wrong]
                return error(422, f"Invalid request.\n\n{wrong[0]}")
            number = found.groupdict().get("number")
            if number and int(number) not in self.state.pulls:
                break
            return self.state.do(operation, parts.path, query, body, int(number or 0))
        return error(404, "Not Found")


@contextmanager
def serve(github: FakeGitHub) -> Iterator[FakeGitHub]:
    """Serve it; its root is at `github.state.url`."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            answer = github.answer(
                self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body
            )
            if answer is None:
                self.close_connection = True
                return
            content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = _answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            pass

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as github.state.url:
        yield github
