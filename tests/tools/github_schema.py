"""What GitHub's published description says of the requests that the bot makes.

By hand from github/rest-api-description, API version 2022-11-28 (as of October 2026): the parameters of a
query and the properties of a body with their JSON types, `!` after those that are required.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_PAGES = {"per_page": "integer", "page": "integer"}
_TYPES = {"string": str, "boolean": bool, "strings": list}


@dataclass(frozen=True)
class Operation:
    """One operation; `answer` is the status of success."""

    name: str
    method: str
    path: str
    answer: int
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def match(self, method: str, path: str) -> "re.Match[str] | None":
        """Whether a request is one of these."""
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path)
        return re.fullmatch(pattern, path) if method == self.method else None


OPERATIONS = (
    Operation(
        "pulls/list",
        "GET",
        "/repos/{owner}/{repo}/pulls",
        200,
        query=_PAGES
        | {"state": "string", "head": "string", "base": "string", "sort": "string", "direction": "string"},
        choices={
            "state": frozenset({"open", "closed", "all"}),
            "sort": frozenset({"created", "updated", "popularity", "long-running"}),
            "direction": frozenset({"asc", "desc"}),
        },
    ),
    Operation(
        "pulls/create",
        "POST",
        "/repos/{owner}/{repo}/pulls",
        201,
        body={
            "title": "string",
            "head": "string!",
            "head_repo": "string",
            "base": "string!",
            "body": "string",
            "maintainer_can_modify": "boolean",
            "draft": "boolean",
            "issue": "integer",
        },
    ),
    Operation(
        "pulls/update",
        "PATCH",
        "/repos/{owner}/{repo}/pulls/{number}",
        200,
        body={
            "title": "string",
            "body": "string",
            "state": "string",
            "base": "string",
            "maintainer_can_modify": "boolean",
        },
        choices={"state": frozenset({"open", "closed"})},
    ),
    Operation(
        "issues/list-comments",
        "GET",
        "/repos/{owner}/{repo}/issues/{number}/comments",
        200,
        query=_PAGES | {"since": "string"},
    ),
    Operation(
        "issues/create-comment",
        "POST",
        "/repos/{owner}/{repo}/issues/{number}/comments",
        201,
        body={"body": "string!"},
    ),
    Operation(
        "issues/add-labels",
        "POST",
        "/repos/{owner}/{repo}/issues/{number}/labels",
        200,
        body={"labels": "strings"},
    ),
)


def violations(operation: Operation, query: Mapping[str, str], body: Any) -> list[str]:
    """What of a request is not as described; `body` is None without one."""
    found = [f"unknown query parameter {name}" for name in query.keys() - operation.query.keys()]
    for name, value in query.items():
        if operation.query.get(name) == "integer" and not value.isdigit():
            found.append(f"query parameter {name} is no integer: {value}")
    given = {} if body is None else body
    if not isinstance(given, dict):
        return [*found, "the body is no object"]
    found += [f"unknown property {name}" for name in given.keys() - operation.body.keys()]
    found += [
        f"lacks {name}" for name, kind in operation.body.items() if kind[-1] == "!" and name not in given
    ]
    for name, value in given.items():
        kind = operation.body.get(name, "").rstrip("!")
        if kind and not isinstance(value, _TYPES.get(kind, int)):
            found.append(f"property {name} is no {kind}: {value!r}")
    for name, value in (dict(query) | given).items():
        if name in operation.choices and value not in operation.choices[name]:
            found.append(f"{name} cannot be {value!r}")
    if (per_page := int(query.get("per_page", 30))) > 100:
        found.append(f"per_page {per_page} is above 100")
    return found
