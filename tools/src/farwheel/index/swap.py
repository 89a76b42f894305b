"""One folder in the place of another, at once."""

import ctypes
import errno
import os
import shutil
from pathlib import Path

from farwheel.errors import FarwheelError

_HERE = -100  # AT_FDCWD: paths are relative to the working folder
_EXCHANGE = 2  # RENAME_EXCHANGE (renameat2(2), Linux 3.15)
# The file system cannot exchange: NFS, some FUSE ones, overlays without redirect_dir.
_CANNOT = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EXDEV}


def swap(new: Path, old: Path) -> None:
    """Put the folder `new` in the place of `old`, and remove what was there.

    Both are on one file system. A reader sees the old folder or the new one; where the file system cannot
    exchange names, there is an instant without either.
    """
    if not old.exists():
        new.rename(old)
        return
    reason = _exchange(new, old)
    if reason in _CANNOT:
        _in_two_steps(new, old)
    elif reason:
        raise FarwheelError(
            f"{old} cannot be replaced: {os.strerror(reason)}",
            "a mount point stays: choose a folder below it",
        )
    # What cannot be removed is not worth failing for: the new folder is in its place.
    shutil.rmtree(new, ignore_errors=True)


def recover(new: Path, old: Path) -> None:
    """Put right what a `swap` of these left that was killed between its two steps."""
    aside = _aside(new)
    if not aside.exists():
        return
    if old.exists():
        shutil.rmtree(aside)
    else:
        aside.rename(old)


def _exchange(one: Path, other: Path) -> int:
    """0, or the error's number."""
    libc = ctypes.CDLL(None, use_errno=True)
    done = libc.renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE)
    return ctypes.get_errno() if done else 0


def _aside(new: Path) -> Path:
    return new.with_name(f"{new.name}.old")


def _in_two_steps(new: Path, old: Path) -> None:
    aside = _aside(new)
    old.rename(aside)
    try:
        new.rename(old)
    except BaseException:
        aside.rename(old)
        raise
    aside.rename(new)
