"""Debian packages with all that they depend on, and upstream's tarballs, as apt chooses them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from itertools import pairwise

from farwheel.apt import Apt, Download
from farwheel.errors import FarwheelError
from farwheel.pins import Pin

# The main upstream tarball: not a component's (.orig-NAME.tar), not the packaging, not a signature.
_MAIN_TARBALL = re.compile(r"(?P<name>[^_]+)_(?P<version>[^_]+)\.orig\.tar\.(?:gz|bz2|xz|lzma|zst)")
_DEBIAN_TARBALL = re.compile(r"(?P<name>[^_]+)_(?P<version>[^_]+)\.debian\.tar\.(?:gz|bz2|xz)")
# The older format of sources has a diff instead.
_PACKAGING = re.compile(r"(?P<name>[^_]+)_(?P<version>[^_]+)\.(?:debian\.tar\.(?:gz|bz2|xz)|diff\.gz)")


@dataclass(frozen=True, order=True)
class DebianFile:
    """One file of the archive, and whose it is; a source's architecture is "source"."""

    name: str
    architecture: str
    version: str
    pin: Pin


def preferences(suite: str, exceptions: Mapping[str, str]) -> str:
    """apt preferences: everything from `suite`, the packages in `exceptions` from theirs, nothing else."""
    stanzas = [("*", suite, 900)]
    stanzas += [(package, other, 990) for package, other in sorted(exceptions.items())]
    stanzas += [("*", other, -1) for other in sorted(set(exceptions.values()) - {suite})]
    return "\n".join(f"Package: {p}\nPin: release n={s}\nPin-Priority: {v}\n" for p, s, v in stanzas)


def closure(apt: Apt, root: str, packages: Iterable[str]) -> list[DebianFile]:
    """The packages and all that they depend on (not what they recommend), sorted; after `apt.update`."""
    files = sorted(_package(download) for download in apt.downloads(root, "install", *packages))
    for one, other in pairwise(files):
        if (one.name, one.architecture) == (other.name, other.architecture):
            raise FarwheelError(
                f"apt chose two versions of {one.name}: {one.version} and {other.version}",
                "correct the manifest in nix/pins",
            )
    return files


def source(apt: Apt, root: str, name: str, suite: str, version: str | None = None) -> DebianFile:
    """Upstream's tarball of a source package: the newest in `suite`, or that of Debian's `version`.

    The file's version is upstream's, without Debian's revision, which changes nothing in the tarball.
    """
    return _of_source(apt, root, f"{name}={version}" if version else f"{name}/{suite}", _MAIN_TARBALL)


def patches(apt: Apt, root: str, name: str, suite: str) -> DebianFile:
    """Debian's own part of the newest source package in `suite`, its patches among it; Debian's version."""
    return _of_source(apt, root, f"{name}/{suite}", _DEBIAN_TARBALL)


def packaging(apt: Apt, root: str, name: str, suite: str) -> DebianFile:
    """As `patches`, for `changelog.of_source` to read: it may be a diff too, in the source format 1.0."""
    return _of_source(apt, root, f"{name}/{suite}", _PACKAGING)


def _of_source(apt: Apt, root: str, wanted: str, pattern: re.Pattern[str]) -> DebianFile:
    for download in apt.downloads(root, "source", "--only-source", wanted):
        if match := pattern.fullmatch(download.name):
            return DebianFile(match["name"], "source", match["version"], _pin(download))
    raise FarwheelError(
        f"the source package {wanted} has no such tarball", "look at nix/pins/sources.manifest.json"
    )


def resolved(apt: Apt) -> str:
    """When the newest of the indexes in use was made: what to ask a dated archive service for."""
    lines = [re.search(r"^Date: (.+)$", text, re.MULTILINE) for text in apt.releases()]
    dates = [parsedate_to_datetime(line[1]) for line in lines if line]
    if not dates:
        raise FarwheelError("the archive's Release files carry no date", "use another mirror")
    return max(dates).strftime("%Y%m%dT%H%M%SZ")


def _package(download: Download) -> DebianFile:
    name, version, architecture = download.name.removesuffix(".deb").split("_")
    return DebianFile(name, architecture, version, _pin(download))


def _pin(download: Download) -> Pin:
    return Pin("debian", download.path, download.sha256, download.size)
