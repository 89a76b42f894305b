"""How a package stands to upstream: what we ship, what there is, and why the newest is not taken."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from packaging.utils import parse_wheel_filename
from packaging.version import Version


@dataclass(frozen=True)
class Advisory:
    """A known vulnerability, as the index's JSON API tells it (from OSV); `fixed_in` are versions."""

    id: str
    aliases: tuple[str, ...]
    fixed_in: tuple[str, ...]
    summary: str
    link: str

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Advisory":
        """From its fields, where tuples are lists."""
        return cls(**(data | {key: tuple(data[key]) for key in ("aliases", "fixed_in")}))


@dataclass(frozen=True)
class Standing:
    """One package against upstream's index, or a project of which pure wheels are pinned.

    ours        the version that we ship; of pins the newest, and of those the newest that is offered
    newest      upstream's newest final release that is not yanked, older than `ours` perhaps; None when
                upstream could not be looked at, and `trouble` says why
    uploaded    when the newest release's sdist came to the index (its first file, without one), UTC
    age_days    since then
    held        why the newest release is not taken: "KIND: words", KIND being one of hold (the recipe, also
                where nothing is newer), pin (lock.json), sdist (there is none), python, cooldown, rust,
                unread (its sdist is broken); of a pin also pure (it has no wheel for every platform) and
                needs (it wants another version of a package of ours); None when nothing keeps it
    take        the newest release above `ours` that nothing holds back, which need not be `newest`; what a
                bump goes to
    covered     architecture -> upstream's own wheels of `newest`, where they serve each of our CPythons, at
                our floor or a lower one
    advisories  on `ours`; None when no index tells
    security    `take` is without one of these advisories, so it had no cooldown to wait for
    yanked      upstream took `ours` back
    offered     our index offers wheels of `ours`, or will when they are built: yanked.json does not name them
    withdraw    wheels of any version that our index offers though upstream took the release back
    pinned      it has no recipe here: closures/pins.json holds upstream's own wheels
    """

    name: str
    ours: Version
    newest: Version | None = None
    uploaded: datetime | None = None
    age_days: float | None = None
    held: str | None = None
    take: Version | None = None
    covered: dict[str, tuple[str, ...]] = field(default_factory=dict)
    advisories: tuple[Advisory, ...] | None = None
    security: bool = False
    yanked: bool = False
    offered: bool = True
    withdraw: tuple[str, ...] = ()
    pinned: bool = False
    trouble: str = ""

    @property
    def wants_attention(self) -> bool:
        """Whether somebody has something to do: take a release, mind an advisory, find out what is wrong."""
        bad = self.offered and (self.advisories or self.yanked)
        return bool(self.take or bad or self.withdraw or self.trouble)

    @property
    def taken_back(self) -> str:
        """What upstream took back of what we ship, and what to do; "" where that is nothing."""
        if not self.withdraw:
            return f"upstream took {self.ours} back" if self.yanked and self.offered else ""
        versions = sorted({parse_wheel_filename(name)[1] for name in self.withdraw})
        said, files = " and ".join(map(str, versions)), " ".join(self.withdraw)
        return f"upstream took {said} back: name in {self.yanks} {files}"

    @property
    def yanks(self) -> str:
        """The file of this repository by which our index yanks wheels of it."""
        return "closures/yanked.json" if self.pinned else f"pkgs/{self.name}/yanked.json"

    def to_json(self) -> dict[str, Any]:
        """Versions and times as text (ISO 8601), the rest as it is."""
        return {
            "name": self.name,
            "ours": str(self.ours),
            "newest": str(self.newest) if self.newest else None,
            "uploaded": self.uploaded.isoformat() if self.uploaded else None,
            "age_days": None if self.age_days is None else round(self.age_days, 1),
            "held": self.held,
            "take": str(self.take) if self.take else None,
            "covered": {arch: list(names) for arch, names in sorted(self.covered.items())},
            "advisories": None if self.advisories is None else [vars(one) for one in self.advisories],
            "security": self.security,
            "yanked": self.yanked,
            "offered": self.offered,
            "withdraw": list(self.withdraw),
            "pinned": self.pinned,
            "trouble": self.trouble,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Standing":
        """The inverse of to_json; KeyError, TypeError or ValueError for what that did not write."""
        versions = {key: Version(data[key]) if data[key] else None for key in ("newest", "take")}
        told = data["advisories"]
        read = {
            "ours": Version(data["ours"]),
            "uploaded": datetime.fromisoformat(data["uploaded"]) if data["uploaded"] else None,
            "covered": {architecture: tuple(files) for architecture, files in data["covered"].items()},
            "advisories": None if told is None else tuple(map(Advisory.from_json, told)),
            # The working tree that told it may be of an older farwheel.
            "withdraw": tuple(data.get("withdraw", ())),
        }
        return cls(**(data | versions | read))
