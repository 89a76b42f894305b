"""A new folder in pkgs/, whole or not at all."""

import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.tags import Tag
from packaging.utils import InvalidName, canonicalize_name
from packaging.version import Version

from farwheel import lock
from farwheel.change import Change
from farwheel.errors import FarwheelError, UnavailableError, UsageError
from farwheel.interpreter import minor
from farwheel.lock import Upstream, cpythons, lock_package
from farwheel.new import draft, survey
from farwheel.new.draft import Draft
from farwheel.new.survey import Survey
from farwheel.pins import read_json, write_json
from farwheel.pypi import Index
from farwheel.recipe import LockOptions
from farwheel.resolve import resolve


@dataclass(frozen=True)
class Package:
    """What there is to write: the recipe, the lock; and what it was made from."""

    name: str
    survey: Survey
    draft: Draft
    pin: Change


def plan(repository: Path, project: str, upstream: Upstream, origin: str = "") -> Package:
    """A package of the newest release of a project; nothing is written yet.

    `origin` is "github:OWNER/REPOSITORY" where releases are tags. UsageError for what is no name.
    FarwheelError when pkgs/ has it, when it needs no recipe, and when it cannot be read or locked.
    """
    name = _name(project)
    if (repository / "pkgs" / name).exists():
        raise FarwheelError(
            f"pkgs/{name} is there already", f"to its newest release: tools/farwheel lock {name}"
        )
    release = lock.release(name, LockOptions(source=origin), upstream)
    wheels = _wheels(upstream.index, name, release.version)
    found = survey.read(release.archive, name)
    if survey.is_pure(wheels) or not (wheels or found.compiled):
        raise FarwheelError(
            f"{name} {release.version} has nothing to compile, so upstream's own wheel will do",
            f'the index may carry it: tools/farwheel audit --pin "{name}"',
        )
    first = draft.draft(found, _libraries(repository), abi3=survey.is_abi3(wheels))
    if origin:
        first = draft.with_source(first, origin, complete=found.facts.complete)
    requires = found.facts.requires_python or release.requires_python
    return _locked(repository, Package(name, found, first, Change(Path(), None, {})), requires, upstream)


def _libraries(repository: Path) -> set[str]:
    """The target libraries: of each the source and the shell file have its name (nix/libs/default.nix)."""
    sources = read_json(repository / "nix/pins/sources.manifest.json")
    return {file.stem for file in (repository / "nix/libs").glob("*.sh")} & set(sources)


def _wheels(index: Index, name: str, version: Version) -> list[frozenset[Tag]]:
    """The tags of upstream's wheels; none where the index has no such project, only a repository is."""
    try:
        return [tags for _, tags in index.wheels(name, version)]
    except FarwheelError:
        return []


def _locked(repository: Path, package: Package, requires: str, upstream: Upstream) -> Package:
    """With its pin; without the test requirements that cannot be had, as these would cost CPythons."""
    made = package.draft
    pythons = cpythons(repository, requires, LockOptions())
    there = [text for text in made.lock.test_requires if _is_there(text, pythons, upstream)]
    if lost := sorted({*made.lock.test_requires} - {*there}):
        words = f"its tests want {', '.join(lost)}, of which some CPython finds no wheel"
        options = replace(made.lock, test_requires=there)
        made = replace(made, lock=options, undecided=[*made.undecided, words])
    change = lock_package(repository, package.name, upstream, options=made.lock)
    crates = (pin["path"].partition("/")[0] for pin in change.new.get("cargo", {}).get("crates", ()))
    return replace(package, pin=change, draft=draft.with_crates(made, crates))


def _is_there(requirement: str, pythons: list[str], upstream: Upstream) -> bool:
    try:
        for python in pythons:
            resolve([requirement], minor(python), upstream.roots)
    except UnavailableError:
        raise
    except FarwheelError:
        return False
    return True


def write(repository: Path, package: Package) -> list[Path]:
    """Make the folder and return its files; FarwheelError when somebody else made it in the meantime."""
    folder = repository / "pkgs" / package.name
    folder.parent.mkdir(exist_ok=True)
    hidden = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{package.name}."))
    try:
        hidden.chmod(0o755)
        (hidden / "default.nix").write_text(draft.nix(package.draft.recipe), encoding="utf-8")
        if package.draft.lock_json:
            write_json(hidden / "lock.json", package.draft.lock_json)
        beside = {hidden / path.name: text for path, text in package.pin.beside.items()}
        replace(package.pin, path=hidden / "pin.json", beside=beside).write()
        try:
            hidden.rename(folder)
        except OSError as error:
            raise FarwheelError(
                f"{folder} was made in the meantime: {error}", "nothing was changed"
            ) from None
    finally:
        shutil.rmtree(hidden, ignore_errors=True)
    return sorted(folder.iterdir())


def _name(project: str) -> str:
    try:
        return canonicalize_name(project, validate=True)
    except InvalidName as error:
        raise UsageError(f"{project!r} is no name of a project", str(error)) from None
