"""Which of our architectures upstream serves itself."""

import re
from collections.abc import Iterable, Mapping

from packaging.tags import Tag
from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import InvalidVersion

from farwheel import interpreter
from farwheel.releases import Release
from farwheel.targets import PLATFORMS

# To `parse_wheel_filename` a build tag is a digit and anything; these names are shown to people, as Markdown.
_PLAIN = re.compile(r"[A-Za-z0-9._+!-]+")
_GLIBC = re.compile(r"manylinux_2_(\d+)_(\w+)")


def covered(release: Release, pythons: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Architecture -> upstream's wheels for it, where each of `pythons` ("cp313") finds one.

    If only one of them finds none, at our floor or a lower one, the architecture is left to us. Those for any
    machine do not count: they are what upstream falls back to.
    """
    wheels = dict(_wheels(release))
    found = {}
    for architecture in PLATFORMS:
        platforms = _platforms(wheels.values(), architecture)
        # Without platforms, `packaging` would take this machine's.
        chosen = [_first(wheels, _tags(python, platforms)) for python in sorted(pythons) if platforms]
        if chosen and all(chosen):
            found[architecture] = tuple(dict.fromkeys(chosen))
    return found


def _wheels(release: Release) -> Iterable[tuple[str, frozenset[Tag]]]:
    for file in sorted(release.files, key=lambda file: file.name):
        if not file.yanked and _PLAIN.fullmatch(file.name):
            try:
                yield file.name, parse_wheel_filename(file.name)[3]
            except (InvalidWheelFilename, InvalidVersion):
                continue


def _platforms(listed: Iterable[frozenset[Tag]], architecture: str) -> list[str]:
    """The platforms among the tags that a machine of this architecture with glibc at the floor takes."""
    floor = _GLIBC.fullmatch(PLATFORMS[architecture])
    platforms = {tag.platform for tags in listed for tag in tags}
    fitting = [
        platform
        for platform in platforms
        if (its := _GLIBC.fullmatch(platform))
        and floor
        and its[2] == floor[2]
        and int(its[1]) <= int(floor[1])
    ]
    return sorted(fitting)


def _tags(python: str, platforms: list[str]) -> set[Tag]:
    takes = interpreter.tags(interpreter.minor(python), platforms)
    return {tag for tag in takes if tag.platform != "any"}


def _first(wheels: Mapping[str, frozenset[Tag]], tags: set[Tag]) -> str:
    return next((name for name, its_tags in wheels.items() if not its_tags.isdisjoint(tags)), "")
