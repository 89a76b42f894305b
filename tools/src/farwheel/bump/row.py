"""What a run tells of a package."""

from dataclasses import dataclass

# What a run did that somebody has to look into.
WRONG = frozenset({"alarm", "trouble", "warning"})


@dataclass(frozen=True)
class Row:
    """What became of a package.

    `did` is one of: opened, updated, closed, kept (its pull request), nothing, left (to a person), later (too
    many for this run), would (a dry run; `title` and `body` tell what), and of WRONG. `why` is a sentence.
    """

    name: str
    did: str
    why: str
    ours: str = ""
    take: str = ""
    url: str = ""
    title: str = ""
    body: str = ""
