"""Upstream's own wheel of a release, for the platform that nearly every project builds for first."""

from collections.abc import Callable
from pathlib import Path

from packaging.utils import BuildTag, parse_wheel_filename

from farwheel.pins import Pin
from farwheel.pypi import Index, NoProjectError
from farwheel.simple import File

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
        # Of several builds pip takes the last one; without a build tag it is the oldest (PEP 427).
        (not file.yanked, bool(wanted & {(tag.interpreter, tag.abi) for tag in theirs}), _build(file), file)
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


def _build(file: File) -> BuildTag:
    return parse_wheel_filename(file.name)[2]
