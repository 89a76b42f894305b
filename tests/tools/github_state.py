"""What GitHub keeps of a repository's pull requests; branches are git's own, in the repository `origin`.

An open pull request follows its branch, is closed when that goes, and is merged when the base has it. There
is one a head, and none becomes a draft or ceases to be one. By GitHub's documentation, its messages as users
quote them.
"""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from github_schema import Operation

SLUG = "far/wheels"


@dataclass(frozen=True)
class Answer:
    """A status, a JSON body (or bytes as they are), headers.

    `done` says whether what was asked for is done nevertheless.
    """

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    done: bool = False


def error(status: int, message: str, *errors: Mapping[str, str], **headers: str) -> Answer:
    """An error as GitHub words it."""
    body: dict[str, Any] = {"message": message, "documentation_url": "https://docs.github.com/rest"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, body | ({"errors": list(errors)} if errors else {}), named)


@dataclass
class State:
    """Pull requests and comments by number; lists have at most `page` items a page."""

    origin: Path
    url: str = ""
    page: int = 100
    pulls: dict[int, dict[str, Any]] = field(default_factory=dict)
    comments: dict[int, list[str]] = field(default_factory=dict)

    def git(self, *words: str) -> str:
        """What a git command prints in the origin, "" when it fails."""
        command = ["git", "-C", str(self.origin), *words]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()

    def do(self, operation: Operation, path: str, query: Mapping[str, str], body: Any, number: int) -> Answer:
        """Carry out one operation."""
        self.sync()
        name = operation.name.split("/")[1].replace("-", "_")
        answer: Answer = getattr(self, f"_{name}")(operation, path, query, body, number)
        return answer

    def open_by_hand(self, branch: str, sha: str, repo: str) -> dict[str, Any]:
        """A person's pull request, from a fork perhaps."""
        body = {"title": "by hand", "head": branch, "base": "main"}
        return self._new(body, f"{repo.partition('/')[0]}:{branch}", sha, repo)

    def sync(self) -> None:
        """Open pull requests are what git is now."""
        base = self.git("rev-parse", "refs/heads/main")
        for pull in self.pulls.values():
            if pull["state"] != "open" or pull["head"]["repo"]["full_name"] != SLUG:
                continue
            sha = self.git("rev-parse", "--verify", "--quiet", f"refs/heads/{pull['head']['ref']}")
            pull["head"]["sha"] = sha or pull["head"]["sha"]
            merged = self.git("merge-base", pull["head"]["sha"], base) == pull["head"]["sha"]
            if not sha or merged:
                pull |= {"state": "closed", "merged_at": "2026-11-21T00:00:00Z" if merged else None}

    def _listed(self, path: str, query: Mapping[str, str], rows: list[Any]) -> Answer:
        size = min(int(query.get("per_page", 30)), self.page)
        page = int(query.get("page", 1))
        headers = {}
        if page * size < len(rows):
            following = urlencode(dict(query) | {"page": page + 1})
            headers["Link"] = f'<{self.url}{path}?{following}>; rel="next"'
        return Answer(200, rows[(page - 1) * size : page * size], headers)

    def _list(self, _: Operation, path: str, query: Mapping[str, str], __: Any, ___: int) -> Answer:
        state, head = query.get("state", "open"), query.get("head")
        rows = [
            pull
            for _, pull in sorted(self.pulls.items(), reverse=True)
            if state in {"all", pull["state"]}
            and query.get("base", pull["base"]["ref"]) == pull["base"]["ref"]
            and head in {None, pull["head"]["label"]}
        ]
        return self._listed(path, query, rows)

    def _create(self, operation: Operation, _: str, __: Any, body: Any, ___: int) -> Answer:
        head, base = body["head"], body["base"]
        label = f"{SLUG.partition('/')[0]}:{head}"
        shas = [self.git("rev-parse", "--verify", "--quiet", f"refs/heads/{ref}") for ref in (head, base)]
        custom = {"resource": "PullRequest", "code": "custom"}
        if not all(shas):
            return error(
                422, "Validation Failed", {"resource": "PullRequest", "field": "head", "code": "invalid"}
            )
        if any(one["state"] == "open" and one["head"]["label"] == label for one in self.pulls.values()):
            return error(
                422, "Validation Failed", custom | {"message": f"A pull request already exists for {label}."}
            )
        if not self.git("rev-list", f"{shas[1]}..{shas[0]}"):
            return error(
                422, "Validation Failed", custom | {"message": f"No commits between {base} and {head}"}
            )
        pull = self._new(body, label, shas[0])
        return Answer(operation.answer, pull)

    def _new(self, body: Mapping[str, Any], label: str, sha: str, repo: str = SLUG) -> dict[str, Any]:
        number = len(self.pulls) + 1
        pull = {
            "number": number,
            "html_url": f"https://github.com/{SLUG}/pull/{number}",
            "state": "open",
            "draft": body.get("draft", False),
            "title": body["title"],
            "body": body.get("body"),
            "labels": [],
            "merged_at": None,
            "head": {"ref": body["head"], "label": label, "sha": sha, "repo": {"full_name": repo}},
            "base": {"ref": body["base"]},
        }
        self.pulls[number], self.comments[number] = pull, []
        return pull

    def _update(self, operation: Operation, _: str, __: Any, body: Any, number: int) -> Answer:
        pull = self.pulls[number]
        if body.get("state") == "open" and pull["state"] == "closed":
            custom = {"resource": "PullRequest", "field": "state", "code": "custom"}
            return error(422, "Validation Failed", custom | {"message": "state cannot be changed."})
        pull |= {key: value for key, value in body.items() if key != "base"}
        return Answer(operation.answer, pull)

    def _list_comments(self, _: Operation, path: str, query: Any, __: Any, number: int) -> Answer:
        return self._listed(path, query, [{"body": text} for text in self.comments[number]])

    def _create_comment(self, operation: Operation, _: str, __: Any, body: Any, number: int) -> Answer:
        self.comments[number].append(body["body"])
        return Answer(operation.answer, {"body": body["body"]})

    def _add_labels(self, operation: Operation, _: str, __: Any, body: Any, number: int) -> Answer:
        labels = self.pulls[number]["labels"]
        labels += [{"name": name} for name in body["labels"] if {"name": name} not in labels]
        return Answer(operation.answer, labels)
