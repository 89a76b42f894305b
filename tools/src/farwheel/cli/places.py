"""Where a verb puts what it makes: looked at before the work, which may take hours, and not after."""

import os
from pathlib import Path

from farwheel.errors import FarwheelError

_HINT = "name another place"


def folder(option: str, path: Path) -> None:
    """FarwheelError for a folder, there or not yet, that nothing could be put into."""
    whole = Path(os.path.realpath(path))
    # What is left of links leads in a circle.
    _check(option, path, next(place for place in (whole, *whole.parents) if os.path.lexists(place)))


def file(option: str, path: Path) -> None:
    """FarwheelError for a file that could not be written."""
    if path.is_dir():
        raise FarwheelError(f"{option} {path} is a folder", "name a file, which may be in there")
    _check(option, path, path.absolute().parent)


def _check(option: str, path: Path, there: Path) -> None:
    if not there.is_dir():
        raise FarwheelError(f"{option} {path}: {there} is no folder", _HINT)
    if not os.access(there, os.W_OK | os.X_OK):
        raise FarwheelError(f"{option} {path}: {there} cannot be written to", _HINT)
