"""Upstream as verbs see it: the index that this machine is configured for, and notes on stderr."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from farwheel.lock import Upstream


def upstream() -> "Upstream":
    """The configured package index; FarwheelError where none is known."""
    from farwheel import mirrors, web
    from farwheel.download import Downloader
    from farwheel.lock import Upstream
    from farwheel.pypi import Index

    client, roots, notes = web.client(), mirrors.registry("pypi"), _Notes()
    return Upstream(Index(client, roots), roots, Downloader(client, notes).fetch, notes.note)


class _Notes:
    """The files are few and small: only what went wrong on the way is worth a line."""

    def advance(self, size: int) -> None:
        """Nothing to draw."""

    def note(self, text: str) -> None:
        """One line for the user."""
        sys.stderr.write(f"farwheel: {text}\n")
