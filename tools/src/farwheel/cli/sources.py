"""Upstream as verbs see it: the index that this machine is configured for, and notes on stderr."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from farwheel.lock import Upstream
    from farwheel.pins import Pin


def upstream() -> "Upstream":
    """The configured package index; FarwheelError where none is known."""
    from farwheel import cache, mirrors, web
    from farwheel.download import Downloader
    from farwheel.lock import Upstream
    from farwheel.pypi import Index

    client, roots, notes = web.client(), mirrors.registry("pypi"), _Notes()
    downloader = Downloader(client, notes)

    def download(pin: "Pin") -> "Path":
        # Two that write to one part spoil it.
        with cache.alone("fetch"):
            return downloader.fetch(pin)

    return Upstream(Index(client, roots), roots, download, notes.note)


class _Notes:
    """The files are few and small: only what went wrong on the way is worth a line."""

    def advance(self, size: int) -> None:
        """Nothing to draw."""

    def note(self, text: str) -> None:
        """One line for the user."""
        sys.stderr.write(f"farwheel: {text}\n")
