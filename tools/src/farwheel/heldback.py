"""Why a release of upstream's is not taken, now or ever."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from farwheel import lock, rust, sdist
from farwheel.errors import FarwheelError, UnavailableError
from farwheel.lock import Upstream, cpythons
from farwheel.pins import read_json
from farwheel.recipe import LockOptions
from farwheel.releases import Release
from farwheel.source import Source


@dataclass(frozen=True)
class Gate:
    """What lets releases of one package in: `hold` is its recipe's, the rest its lock.json and pin.json.

    `cooldown` is in days: bad releases are mostly found out in the first ones.
    """

    repository: Path
    hold: str | None
    options: LockOptions
    pin: Mapping[str, Any]
    upstream: Upstream
    now: datetime
    cooldown: float

    def reason(self, release: Release, *, urgent: bool) -> str | None:
        """Why it is not taken, as in `Standing.held`; None when it is. What is urgent does not cool down.

        Whether all requirements can be had, only locking finds out. UnavailableError when it is not known.
        """
        if self.hold:
            return f"hold: {self.hold}"
        if not SpecifierSet(self.options.version).contains(release.version, prereleases=True):
            return f"pin: lock.json takes {self.options.version} only"
        if not (release.sdist or release.commit):
            return "sdist: there is no .tar.gz"
        if not self.pythons(release):
            wanted = " and ".join(filter(None, (release.requires_python, self.options.pythons)))
            return f"python: none of our CPythons is {wanted}"
        try:
            return self._cooling(release, urgent=urgent) or self._rust(release)
        except UnavailableError:
            # Not the release's fault: held back for it, its pull request would be closed.
            raise
        except FarwheelError as error:
            return f"unread: {error.message.splitlines()[0]}"

    def pythons(self, release: Release) -> list[str]:
        """Those of our CPythons ("cp313") that it is for."""
        try:
            return cpythons(self.repository, release.requires_python, self.options)
        except InvalidSpecifier:
            return []

    def _cooling(self, release: Release, *, urgent: bool) -> str | None:
        if urgent or not self.cooldown:
            return None
        when = release.uploaded
        if when is None and release.commit:
            when = datetime.fromtimestamp(self._source(release).time, UTC)
        return cooling(when, self.now, self.cooldown)

    def _source(self, release: Release) -> Source:
        return lock.release(
            self.pin["name"], replace(self.options, version=f"=={release.version}"), self.upstream
        )

    def _rust(self, release: Release) -> str | None:
        if "cargo" not in self.pin:
            return None
        ours = read_json(self.repository / "nix/pins/rust.json")["version"]
        archive = self._source(release).archive
        manifest = sdist.read(archive).cargo
        newer = rust.too_new(archive, manifest, ours) if manifest else ""
        return f"rust: it needs Rust {newer}, ours is {ours}" if newer else None


def cooling(when: datetime | None, now: datetime, cooldown: float) -> str | None:
    """Why what was uploaded at `when` still waits, with `cooldown` in days; None when it need not."""
    if when is None:
        return "cooldown: no index tells when it was uploaded"
    left = cooldown - (now - when) / timedelta(days=1)
    return f"cooldown: {left:.1f} of {cooldown:g} days are left" if left > 0 else None
