"""Upstream's own wheel of a release, for the platform that nearly every project builds for first."""

from collections.abc import Callable
from pathlib import Path

from packaging.utils import parse_wheel_filename

from farwheel.pins import Pin
from farwheel.pypi import Index, NoProjectError

_PLATFORM = "x86_64"


def fetch(wheel: Path, folder: Path, index: Index, download: Callable[[Pin], Path]) -> Path | None:
    """Upstream's x86-64 manylinux wheel of the release that `wheel` is of, put into `folder`, if it has one.

    It is for the same CPython and ABI, else for the stable ABI. Of `wheel` only the name is read.
    InvalidWheelFilename for one that is none.
    """
    name, version, _, tags = parse_wheel_filename(wheel.name)
    wanted = {(tag.interpreter, tag.abi) for tag in tags}
    try:
        published = index.wheels(name, version)
    except NoProjectError:
        return None
    found = [
        (not file.yanked, bool(wanted & {(tag.interpreter, tag.abi) for tag in theirs}), file.build, file)
        for file, theirs in published
        if any(tag.platform.startswith("manylinux") and tag.platform.endswith(_PLATFORM) for tag in theirs)
        and any(tag.abi == "abi3" or (tag.interpreter, tag.abi) in wanted for tag in theirs)
    ]
    if not found:
        return None
    *_, file = max(found, key=lambda one: one[:3])
    path = folder / file.name
    path.symlink_to(download(index.pin(file)))
    return path
