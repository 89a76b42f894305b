"""Why a release of a pinned project is not taken: nothing of it is built, its wheels are upstream's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Self

from packaging.requirements import InvalidRequirement, Requirement
from packaging.tags import Tag
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from farwheel import closure, interpreter, metadata, web
from farwheel.audit import fetched
from farwheel.errors import FarwheelError
from farwheel.heldback import cooling
from farwheel.lock import Upstream
from farwheel.releases import Release
from farwheel.simple import File
from farwheel.targets import PLATFORMS


@dataclass(frozen=True)
class PureGate:
    """What lets releases in whose pure wheels the index could carry; `cooldown` is as a Gate's.

    `pythons` are our CPythons, whole versions; `recipes` our packages with their versions.
    """

    pythons: Sequence[str]
    recipes: Mapping[str, str]
    client: web.Client
    now: datetime
    cooldown: float
    hold: str | None = None

    @classmethod
    def of(cls, repository: Path, upstream: Upstream, now: datetime, cooldown: float) -> Self:
        """That of a repository."""
        # Clients on a release candidate do as on the release.
        pythons = [Version(python).base_version for python in interpreter.versions(repository).values()]
        ours = closure.recipes(repository / "pkgs")
        return cls(pythons, ours, upstream.index.client, now, cooldown)

    def reason(self, release: Release, *, urgent: bool) -> str | None:
        """Why it is not taken, as in `Standing.held`; None when it is. What is urgent does not cool down.

        Whether it goes with all else that the index holds, only `audit --pin --upgrade` finds out.
        """
        pure = [file for file in release.files if file.name.endswith("-any.whl") and not file.yanked]
        if not pure:
            return "pure: there is no wheel for every platform"
        fitting = list(self.fitting(release))
        if not fitting:
            return f"python: no wheel for our CPythons among {' '.join(file.name for file in pure)}"
        times = [file.upload_time for file in fitting]
        # One that came later than the rest of its release is as young as any.
        when = max(filter(None, times)) if all(times) else None
        young = None if urgent or not self.cooldown else cooling(when, self.now, self.cooldown)
        return young or self._unmet(fitting[0])

    def _unmet(self, file: File) -> str | None:
        try:
            said = metadata.read(fetched.metadata(self.client, file), b"").requires_dist
            wanted = [Requirement(text) for text in said]
        except (FarwheelError, InvalidRequirement) as error:
            return f"unread: {str(error).splitlines()[0]}"
        for one in wanted:
            ours = self.recipes.get(canonicalize_name(one.name))
            if ours and self._asks(one) and not one.specifier.contains(ours, prereleases=True):
                return f"needs: it wants {one.name}{one.specifier}, ours is {ours}"
        return None

    def _asks(self, one: Requirement) -> bool:
        """Whether it is for one of our CPythons, and not for an extra alone."""
        machines = (
            {"extra": "", "python_version": python.rpartition(".")[0], "python_full_version": python}
            for python in self.pythons
        )
        return not one.marker or any(one.marker.evaluate(machine) for machine in machines)

    def fitting(self, release: Release) -> Iterator[File]:
        """Its pure wheels that one of our CPythons takes."""
        for file in release.files:
            if not file.name.endswith("-any.whl") or file.yanked:
                continue
            try:
                tags = parse_wheel_filename(file.name)[3]
            except ValueError:
                continue
            if any(
                not tags.isdisjoint(takes) and interpreter.admits(file.requires_python, python)
                for python, takes in self._takes.items()
            ):
                yield file

    @cached_property
    def _takes(self) -> dict[str, frozenset[Tag]]:
        return {python: frozenset(interpreter.tags(python, PLATFORMS.values())) for python in self.pythons}
