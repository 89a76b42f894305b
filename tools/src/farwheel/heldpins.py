"""Why a release of a pinned project is not taken: nothing of it is built, its wheels are upstream's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from farwheel import closure, metadata, web
from farwheel.audit import fetched
from farwheel.audit.goal import Goal, goals
from farwheel.errors import FarwheelError
from farwheel.heldback import cooling
from farwheel.lock import Upstream
from farwheel.releases import Release
from farwheel.simple import File


@dataclass(frozen=True)
class PureGate:
    """What lets releases in whose pure wheels the index could carry; `cooldown` is as a Gate's.

    `goals` are what we have wheels for; `recipes` our packages with their versions.
    """

    goals: Sequence[Goal]
    recipes: Mapping[str, str]
    client: web.Client
    now: datetime
    cooldown: float
    hold: str | None = None

    @classmethod
    def of(cls, repository: Path, upstream: Upstream, now: datetime, cooldown: float) -> Self:
        """That of a repository."""
        ours = closure.recipes(repository / "pkgs")
        return cls(goals(repository, [], []), ours, upstream.index.client, now, cooldown)

    def reason(self, release: Release, *, urgent: bool) -> str | None:
        """Why it is not taken, as in `Standing.held`; None when it is. What is urgent does not cool down.

        Whether it goes with all else that the index holds, only `audit --pin --upgrade` finds out.
        """
        pure = [file for file in release.files if file.name.endswith("-any.whl") and not file.yanked]
        if not pure:
            return "pure: there is no wheel for every platform"
        fitting = [file for file in pure if any(goal.takes_pure(file) for goal in self.goals)]
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
            {"extra": "", "python_version": goal.minor, "python_full_version": goal.python}
            for goal in self.goals
        )
        return not one.marker or any(one.marker.evaluate(machine) for machine in machines)
