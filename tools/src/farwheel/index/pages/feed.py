"""New files as an Atom feed (RFC 4287); its times are the ledgers', and never the clock's."""

import base64
import uuid
from dataclasses import dataclass

from farwheel.index.pages.grid import Grid
from farwheel.index.pages.wheel import Wheel

_MOST = 50
# A name space of our own for the feed's id (RFC 9562): any that stays the same does.
_OURS = uuid.UUID("5a0c2f6e-3f1d-4f5b-9a64-0d7c7d4f3e11")
_NEVER = "1970-01-01T00:00:00Z"


@dataclass(frozen=True)
class Item:
    """A new file: `id` names its content (RFC 6920), wherever it lies; `updated` is its upload time."""

    id: str
    title: str
    project: str
    updated: str
    wheel: Wheel


@dataclass(frozen=True)
class Feed:
    """`updated` is the newest item's; items are newest first."""

    id: str
    updated: str
    items: tuple[Item, ...]


def feed(grid: Grid, url: str) -> Feed:
    """The newest files of ours that are offered; `url` is where the index is published, or ""."""
    items = [
        _item(package.name, wheel)
        for package in grid.packages
        for wheel in package.wheels
        # A package of ours may have pure wheels of upstream's beside it.
        if wheel.file.entry and not wheel.file.yanked
    ]
    # Twice, as Python's sort is stable: by name within a time.
    items.sort(key=lambda item: item.wheel.file.filename)
    items.sort(key=lambda item: item.updated, reverse=True)
    newest = items[0].updated if items else _NEVER
    return Feed(f"urn:uuid:{uuid.uuid5(_OURS, url)}", newest, tuple(items[:_MOST]))


def _item(project: str, wheel: Wheel) -> Item:
    file = wheel.file
    digest = base64.urlsafe_b64encode(bytes.fromhex(file.sha256)).rstrip(b"=").decode()
    title = f"{project} {file.version} for {wheel.architecture or 'any machine'}, {wheel.pythons}"
    return Item(f"ni:///sha-256;{digest}", title, project, file.upload_time, wheel)
