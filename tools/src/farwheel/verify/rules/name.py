"""The file's name says what METADATA and WHEEL say.

Installers choose by the file name alone and record what the files inside say; where the two differ, a wrong
wheel is installed, or one that cannot be upgraded. Name, version, build tag and the expanded set of tags
must agree, and Root-Is-Purelib must fit the tags: a wheel for one platform belongs into platlib.

Source: the binary distribution format (PEP 427: file name, WHEEL), PEP 425 (compressed tag sets).
"""

import re
from collections.abc import Iterator

from farwheel.verify.finding import Finding, error
from farwheel.verify.wheel import Wheel

_MAX_DOTS = 16


def check(wheel: Wheel) -> Iterator[Finding]:
    """Compare the three."""
    yield from _metadata(wheel)
    yield from _folder(wheel)
    where = f"{wheel.dist_info}/WHEEL"
    fields = wheel.wheel_fields
    if not re.fullmatch(r"1\.[0-9]+", str(fields.get("Wheel-Version", ""))):
        yield error(where, f"Wheel-Version is {fields.get('Wheel-Version')}; installers know 1.x")
    listed, own = set(), {str(tag) for tag in wheel.tags}
    for line in fields.get_all("Tag", []):
        try:
            listed |= _expanded(str(line))
        except ValueError:
            yield error(where, f"has Tag: {str(line)!r:.80}, which is none")
    for missing in sorted(own - listed):
        yield error(where, f"lacks Tag: {missing}, which the file name has")
    for extra in sorted(listed - own):
        yield error(where, f"has Tag: {extra}, which the file name lacks")
    build = "".join(map(str, wheel.build))
    if str(fields.get("Build", "")) != build:
        yield error(where, f"Build is {fields.get('Build')!r}, and {build!r} in the file name")
    pure = str(fields.get("Root-Is-Purelib", "")).lower()
    if pure != ("true" if wheel.is_pure else "false"):
        yield error(where, f"Root-Is-Purelib is {pure!r}, and the platforms are {' '.join(wheel.platforms)}")


def _expanded(line: str) -> set[str]:
    """The tags of a line: one, or a compressed set, as long as it is not there to keep us busy."""
    from packaging.tags import parse_tag

    if line.count("-") != 2 or line.count(".") > _MAX_DOTS:  # noqa: PLR2004 - a tag has three parts
        raise ValueError(line)
    return {str(tag) for tag in parse_tag(line)}


def _metadata(wheel: Wheel) -> Iterator[Finding]:
    from packaging.metadata import parse_email
    from packaging.utils import canonicalize_name

    raw, _ = parse_email(wheel.metadata_text)
    where = f"{wheel.dist_info}/METADATA"
    if canonicalize_name(raw.get("name", "")) != wheel.name:
        yield error(where, f"Name is {raw.get('name')!r}, and {wheel.name} in the file name")
    if not _is_version(raw.get("version", ""), wheel):
        yield error(where, f"Version is {raw.get('version')!r}, and {wheel.version} in the file name")


def _folder(wheel: Wheel) -> Iterator[Finding]:
    from packaging.utils import canonicalize_name

    name, _, version = wheel.dist_info.removesuffix(".dist-info").partition("-")
    if canonicalize_name(name) != wheel.name or not _is_version(version, wheel):
        yield error(wheel.dist_info, "has another name or version than the file")


def _is_version(said: str, wheel: Wheel) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(said) == wheel.version
    except InvalidVersion:
        return False
