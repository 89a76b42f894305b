"""Pull requests of packages' branches, as GitHub has them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from farwheel.bump.record import BRANCHES, Marker
from farwheel.errors import FarwheelError
from farwheel.github import GitHub, GitHubError

_INVALID, _NOT_REACHED, _SERVER = 422, 0, 500
_ROUNDS = 3


@dataclass(frozen=True)
class Pull:
    """One pull request: `text` is the body as people see it, `marker` what is hidden below (None: not ours).

    `head` is the commit that it offers, which stays known when the branch is gone.
    """

    number: int
    name: str
    title: str
    text: str
    marker: Marker | None
    state: str
    draft: bool
    merged: bool
    head: str
    labels: frozenset[str]
    url: str

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """From GitHub's JSON."""
        text, marker = Marker.read(data["body"] or "")
        return cls(
            number=data["number"],
            name=data["head"]["ref"].removeprefix(BRANCHES),
            title=data["title"],
            text=text,
            marker=marker,
            state=data["state"],
            draft=bool(data.get("draft")),
            merged=bool(data["merged_at"]),
            head=data["head"]["sha"],
            labels=frozenset(label["name"] for label in data["labels"]),
            url=data["html_url"],
        )


class Pulls:
    """The pull requests from branches bump/NAME of one repository to its main branch."""

    def __init__(self, github: GitHub, base: str) -> None:
        self._github, self._base = github, base

    def open(self) -> dict[str, Pull]:
        """The open ones, by package."""
        found = map(
            Pull.of, filter(self._is_ours, self._github.pages("pulls", state="open", base=self._base))
        )
        return {pull.name: pull for pull in found}

    def closed(self, name: str) -> list[Pull]:
        """The closed ones of a package, merged ones too, the newest first."""
        head = f"{self._github.owner}:{BRANCHES}{name}"
        found = self._github.pages("pulls", state="closed", base=self._base, head=head)
        return sorted(map(Pull.of, filter(self._is_ours, found)), key=lambda pull: -pull.number)

    def create(self, name: str, title: str, body: str, *, draft: bool) -> Pull:
        """Open one; where there is one already, another run's perhaps, that one."""
        asked = {"title": title, "head": f"{BRANCHES}{name}", "base": self._base, "body": body}
        try:
            return Pull.of(self._github.post("pulls", asked | {"draft": True} if draft else asked))
        except GitHubError as error:
            if error.status != _INVALID or not (found := self.open().get(name)):
                raise
            return found

    def update(self, pull: Pull, **changed: str) -> Pull:
        """Change `title`, `body` or `state`, all at once."""
        return Pull.of(self._github.patch(f"pulls/{pull.number}", changed))

    def label(self, pull: Pull, labels: Iterable[str]) -> None:
        """Add labels; GitHub makes those that the repository does not have yet."""
        missing = sorted(set(labels) - pull.labels)
        if missing:
            self._github.post(f"issues/{pull.number}/labels", {"labels": missing})

    def comment(self, pull: Pull, text: str) -> None:
        """Say something, once: what stands there already is not said again."""
        path = f"issues/{pull.number}/comments"
        for left in reversed(range(_ROUNDS)):
            if any((one["body"] or "").strip() == text.strip() for one in self._github.pages(path)):
                return
            try:
                # After an error of the server nobody knows whether it is there: look again.
                self._github.post(path, {"body": text}, again=False)
            except GitHubError as error:
                if _NOT_REACHED < error.status < _SERVER or not left:
                    raise
            else:
                return
        raise FarwheelError(f"GitHub does not take the comment on {pull.url}", "run this again later")

    def _is_ours(self, data: Mapping[str, Any]) -> bool:
        """Not a fork's, whose branches may have any name."""
        whose = (data["head"]["repo"] or {}).get("full_name", "")
        return bool(
            whose.lower() == self._github.repository.lower() and data["head"]["ref"].startswith(BRANCHES)
        )
