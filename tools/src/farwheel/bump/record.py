"""What the bot remembers: a line of JSON in its commits, a hidden one in its pull requests."""

import json
import re
from collections import deque
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from packaging.version import Version

BRANCHES = "bump/"
_LINE = re.compile(r"^Farwheel-Bump: (\{.*\})$", re.MULTILINE)
# People and their apps write below it, too. Of several the last is ours: a log above may hold anything.
_HIDDEN = re.compile(r"\n*^<!-- farwheel-bump (\{.*\}) -->[ \t]*$", re.MULTILINE)
# After one failure a day, then twice as long each time, at most about a month.
_LONGEST = 5


@dataclass(frozen=True)
class Failure:
    """How often a release was tried in vain, and when last (UTC, ISO 8601)."""

    tries: int
    at: str

    def __post_init__(self) -> None:
        """ValueError for what is no time."""
        datetime.fromisoformat(self.at)

    @classmethod
    def after(cls, before: "Failure | None", now: datetime) -> Self:
        """One more."""
        return cls((before.tries if before else 0) + 1, now.astimezone(UTC).isoformat(timespec="seconds"))

    def rests(self, now: datetime) -> bool:
        """Whether it is too early to try again."""
        return now < datetime.fromisoformat(self.at) + timedelta(days=2 ** min(self.tries - 1, _LONGEST))


@dataclass(frozen=True)
class Record:
    """What a commit of the bot is: `name` from `old` to `new`, or its retirement (`retire`).

    `tree` and `parent` are those of the commit as the bot made it: a commit with others is somebody else's.
    """

    name: str
    old: str
    new: str
    tree: str
    parent: str
    retire: bool = False
    failure: Failure | None = None

    @property
    def version(self) -> Version:
        """`new`, to be compared."""
        return Version(self.new)

    def line(self) -> str:
        """As it stands in the commit's message."""
        return f"Farwheel-Bump: {json.dumps(asdict(self), sort_keys=True)}"

    @classmethod
    def read(cls, message: str) -> Self | None:
        """The record in a commit's message; None where there is none that can be read."""
        found = _LINE.findall(message)
        try:
            data = json.loads(found[-1]) if found else {}
            record = cls(**data | {"failure": _failure(data.get("failure"))})
            Version(record.new)
        except (AttributeError, TypeError, ValueError):
            return None
        return record


@dataclass(frozen=True)
class Tip:
    """The newest commit of a package's branch; `record` is None when it is somebody else's."""

    sha: str
    message: str
    record: Record | None

    @classmethod
    def of(cls, sha: str, tree: str, parents: str, message: str) -> Self:
        """The commit with this tree and these parents (names of objects), and what its message says."""
        record = Record.read(message)
        ours = record is not None and (record.tree, record.parent) == (tree, parents)
        return cls(sha, message, record if ours else None)

    @property
    def title(self) -> str:
        """The first line."""
        return self.message.partition("\n")[0]

    @property
    def text(self) -> str:
        """The message without title and record."""
        return _LINE.sub("", self.message.partition("\n")[2]).strip()


@dataclass(frozen=True)
class Marker:
    """What a pull request's body says to the bot alone.

    `head` is the commit that it mirrors, `draft` whether the bot opened it as one; `closed` is why the bot
    closed it ("": it did not); `failed` are newer releases that did not take the place of this one.
    """

    name: str
    new: str
    head: str
    draft: bool = False
    retire: bool = False
    closed: str = ""
    failed: dict[str, Failure] = field(default_factory=dict)

    def under(self, text: str) -> str:
        """A body that ends with the marker."""
        data = json.dumps(asdict(self), sort_keys=True).replace("--", "-\\u002d")
        return f"{text.rstrip()}\n\n<!-- farwheel-bump {data} -->"

    @classmethod
    def read(cls, body: str) -> tuple[str, Self | None]:
        """(the text that people see, the marker in it); None where there is none that can be read."""
        body = body.replace("\r\n", "\n")
        found = deque(_HIDDEN.finditer(body), maxlen=1)
        try:
            data = json.loads(found[0][1]) if found else {}
            Version(data["new"])
            failed = {str(Version(key)): Failure(**one) for key, one in data.get("failed", {}).items()}
            text = f"{body[: found[0].start()]}{body[found[0].end() :].rstrip()}"
            return text, cls(**_known(cls, data) | {"failed": failed})
        except (AttributeError, KeyError, TypeError, ValueError):
            return body, None


def _failure(data: Any) -> Failure | None:
    return None if data is None else Failure(**data)


def _known(kind: type, data: dict[str, Any]) -> dict[str, Any]:
    return {one.name: data[one.name] for one in fields(kind) if one.name in data}
