"""Each package and each pinned pure wheel against upstream's index, many at a time."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from farwheel import nix, releases, targets, trees
from farwheel.closure import recipes
from farwheel.coverage import covered
from farwheel.errors import FarwheelError
from farwheel.heldback import Gate
from farwheel.heldpins import PureGate
from farwheel.index import expected
from farwheel.index.expected import Expectation, Expected
from farwheel.lock import Upstream
from farwheel.pins import read_json
from farwheel.project import Project
from farwheel.pypi import NoProjectError
from farwheel.recipe import lock_options
from farwheel.releases import Release
from farwheel.standing import Advisory, Standing

# Mostly they wait for the index; answers are megabytes, so not all packages at once.
_WORKERS = 8


def look(
    names: Iterable[str], upstream: Upstream, *, now: datetime, cooldown_days: float = 3
) -> list[Standing]:
    """How these stand, all of them when there are no names; `now` is UTC.

    First packages of pkgs/, then projects of which pure wheels are pinned, each by name. What cannot be
    looked at has `trouble`; the others do not suffer from it. UsageError for a name that is neither.
    """
    words, pins = {canonicalize_name(name) for name in names}, pinned(nix.REPOSITORY)
    packages = targets.packages(words - pins.keys()) if not words or words - pins.keys() else []
    gate = PureGate.of(nix.REPOSITORY, upstream, now, cooldown_days)
    looks = [partial(_standing, name, upstream, now, cooldown_days) for name in packages]
    chosen = words & pins.keys() if words else pins.keys()
    looks += [partial(_pinned, pins[name], upstream, gate) for name in sorted(chosen)]
    with ThreadPoolExecutor(_WORKERS) as pool:
        try:
            return [*pool.map(lambda one: one(), looks)]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def pinned(repository: Path) -> dict[str, Expectation]:
    """Project -> its pinned pure wheels, but for those that a recipe of ours has taken the place of."""
    found = expected.of_pins(repository / "pkgs")
    ours = recipes(repository / "pkgs")
    projects = sorted({file.project for file in found.files.values()} - ours.keys())
    return {name: found.of(name) for name in projects}


def admitted(here: Expectation, upstream: Upstream, gate: PureGate) -> set[Version]:
    """The releases of a pinned project that may be taken, and those up to the newest pin; no yanked ones.

    FarwheelError where no index has it.
    """
    newest = _newest(here)
    project, ours = Project(upstream.index.client, upstream.roots, newest.project), newest.parsed[1]
    listed = [release for release in releases.read(project, upstream.index) if not release.yanked]
    found = {release.version for release in listed if release.version <= ours}
    advisories = project.advisories(ours) or ()
    for release in listed:
        if release.version > ours and not release.version.is_prerelease:
            urgent = _fixes(release.version, ours, advisories, project)
            found |= set() if gate.reason(release, urgent=urgent) else {release.version}
    return found


def _newest(here: Expectation) -> Expected:
    return max(here.offered() or here.files.values(), key=lambda file: file.parsed[1])


def _pinned(here: Expectation, upstream: Upstream, gate: PureGate) -> Standing:
    newest = _newest(here)
    name, ours = newest.project, newest.parsed[1]
    project = Project(upstream.index.client, upstream.roots, name)
    try:
        listed = releases.read(project, upstream.index)
        shipped = replace(_shipped(name, ours, here, listed), pinned=True)
        return _compared(shipped, project, listed, gate)
    except FarwheelError as error:
        return Standing(name, ours, pinned=True, trouble=error.message)


def _standing(name: str, upstream: Upstream, now: datetime, cooldown: float) -> Standing:
    entry = targets.catalogue()[name]
    ours = Version(entry["version"])
    folder = nix.REPOSITORY / "pkgs" / name
    project = Project(upstream.index.client, upstream.roots, name)
    try:
        pin, options = read_json(folder / "pin.json"), lock_options(folder / "lock.json")
        listed = _listed(project, options.source, upstream)
        gate = Gate(nix.REPOSITORY, entry.get("hold"), options, pin, upstream, now, cooldown)
        shipped = _shipped(name, ours, expected.of_package(folder), listed)
        found = _compared(shipped, project, listed, gate)
    except FarwheelError as error:
        return Standing(name, ours, trouble=error.message)
    newest = next((release for release in listed if release.version == found.newest), None)
    if newest is None:
        return found
    pythons = [python for python in gate.pythons(newest) if python in entry["pythons"]]
    return replace(found, covered=covered(newest, pythons))


def _shipped(name: str, ours: Version, here: Expectation, listed: Iterable[Release]) -> Standing:
    """What became of that which our index holds."""
    there = {release.version for release in listed if not release.yanked}
    offered = here.offered()
    wheels = [file for file in here.files.values() if file.parsed[1] == ours]
    return Standing(
        name,
        ours,
        yanked=ours not in there,
        # Of wheels that are not built yet nobody can have said that they are withdrawn.
        offered=not wheels or any(file in offered for file in wheels),
        withdraw=tuple(sorted(file.filename for file in offered if file.parsed[1] not in there)),
    )


def _compared(
    shipped: Standing, project: Project, listed: Iterable[Release], gate: Gate | PureGate
) -> Standing:
    """With what there is upstream, and what keeps us from it."""
    final = [release for release in listed if not (release.yanked or release.version.is_prerelease)]
    if not final:
        return replace(shipped, trouble="upstream has no final release that is not yanked")
    newest, ours = final[0], shipped.ours
    advisories = project.advisories(ours)
    # Also where nothing is newer: it then says that a person knows of what is wrong.
    held = f"hold: {gate.hold}" if gate.hold else None
    take, security = None, False
    for release in final:
        if release.version <= ours or take:
            break
        security = _fixes(release.version, ours, advisories or (), project)
        reason = gate.reason(release, urgent=security)
        held = held or reason
        take = None if reason else release.version
    return replace(
        shipped,
        newest=newest.version,
        uploaded=newest.uploaded,
        age_days=(gate.now - newest.uploaded) / timedelta(days=1) if newest.uploaded else None,
        held=held,
        take=take,
        advisories=advisories,
        security=security and bool(take),
    )


def _listed(project: Project, source: str, upstream: Upstream) -> list[Release]:
    """Upstream's releases, those of a repository where `source` names one."""
    if not source:
        return releases.read(project, upstream.index)
    try:
        indexed = releases.read(project, upstream.index)
    except NoProjectError:
        indexed = []
    return releases.of_repository(trees.parse(source), project.name, indexed)


def _fixes(version: Version, ours: Version, advisories: Iterable[Advisory], project: Project) -> bool:
    """Whether a version is rid of an advisory on ours, as its own advisories say, or else `fixed_in`."""
    if not advisories:
        return False
    remaining = project.advisories(version)
    if remaining is not None:
        return not {one.id for one in advisories} <= {one.id for one in remaining}
    return any(ours < fixed <= version for one in advisories for fixed in _versions(one))


def _versions(advisory: Advisory) -> Iterable[Version]:
    for text in advisory.fixed_in:
        try:
            yield Version(text)
        except InvalidVersion:
            continue
