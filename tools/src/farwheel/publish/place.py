"""What a place that is published to has to be able to do."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from farwheel.errors import FarwheelError
from farwheel.index.serve import TYPES
from farwheel.index.simple_json import TYPE


@dataclass(frozen=True)
class Page:
    """What was read, and what the place calls that version of it."""

    content: bytes
    version: str


class ChangedError(Exception):
    """Somebody else has written what was to be written, since it was read."""


class Place(Protocol):
    """A folder or a bucket; names are relative, with slashes. Several may write to one place at once."""

    def keep(self, name: str, source: Path) -> bool:
        """Put a file that nobody ever replaces; whether it is new. FarwheelError when it has other bytes."""

    def read(self, name: str) -> Page | None:
        """A page, None where there is none."""

    def write(self, name: str, content: bytes, before: Page | None) -> None:
        """Replace the page that was read before, None for none; ChangedError when it is another by now."""


def other_bytes(where: str, published: str, ours: str) -> FarwheelError:
    """The error that stands for all of this: one name would get a second content."""
    return FarwheelError(
        f"{where} is published with other bytes:\n"
        f"  published: sha256 {published}\n"
        f"  ours:      sha256 {ours}",
        "one name stands for one content: nothing was replaced. A wheel that changes needs a build tag",
    )


def media_type(name: str) -> str:
    """As a server should name it, by suffix and by folder."""
    if name.startswith("simple/") and name.endswith(".json"):
        return TYPE
    return TYPES.get(name[name.rfind(".") :], "application/octet-stream")
