"""pkgs/<name>/pin.json: everything about a package that can be derived, from upstream's release."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from farwheel import resolve, sdist
from farwheel.change import Change
from farwheel.errors import FarwheelError
from farwheel.pins import Pin, read_json
from farwheel.pypi import Index, epoch
from farwheel.recipe import LockOptions, lock_options
from farwheel.simple import File


@dataclass(frozen=True)
class Upstream:
    """Where releases come from: an index, the roots that uv is to use, and who downloads a pin."""

    index: Index
    roots: Sequence[str]
    download: Callable[[Pin], Path]


@dataclass(frozen=True)
class Closure:
    """Resolved requirements for one CPython, as wheels, and as names of packages that we build ourselves."""

    choices: Sequence[resolve.Choice]
    ours: Sequence[str]


def note(text: str) -> None:
    """Tell the user something that is no data."""
    print(text, file=sys.stderr)


def lock_package(repository: Path, name: str, upstream: Upstream) -> Change:
    """Lock the newest release of a package, or the one that its lock.json holds; nothing is written yet.

    A CPython for which the build requirements have no wheels is left out, with a note. FarwheelError when the
    release cannot be read, or no CPython remains.
    """
    name = canonicalize_name(name)
    folder = repository / "pkgs" / name
    options = lock_options(folder / "lock.json")
    release = upstream.index.newest_sdist(name, options.version)
    pin = upstream.index.pin(release.file)
    facts = sdist.read(upstream.download(pin))
    requires_python = facts.requires_python or release.file.requires_python
    build, run, wheels = {}, {}, {}
    for cpython, python in _cpythons(repository, requires_python, options).items():
        try:
            needed = [*facts.build_system.requires, *options.build_requires]
            building = _closure(repository, name, needed, python, upstream, options)
            running = _closure(repository, name, _without_extras(facts.requires_dist), python, upstream, LockOptions())
        except FarwheelError as error:
            note(f"{name}: {cpython} is left out: {error.message}")
            continue
        build[cpython] = _build_entry(building)
        run[cpython] = {"wheels": _names(_pure(running)), "packages": sorted(running.ours)}
        for file in [*_native(building), *_pure(building), *_pure(running)]:
            wheels[file.name] = upstream.index.pin(file).to_json()
    if not build:
        raise FarwheelError(
            f"{name} {release.version} can be locked for none of our CPythons (it requires {requires_python or 'any'})",
            "hold another version in its lock.json",
        )
    document = {
        "name": name,
        "version": str(release.version),
        "sdist": pin.to_json(),
        "upload_time": epoch(upstream.index.upload_time(name, release.version, release.file)),
        "requires_python": requires_python,
        "backend": facts.build_system.backend,
        "backend_path": facts.build_system.backend_path,
        "build_requires": facts.build_system.requires,
        "build": build,
        "run": run,
        "wheels": wheels,
    }
    return Change.of(folder / "pin.json", document)


def _cpythons(repository: Path, requires_python: str, options: LockOptions) -> dict[str, str]:
    """ "cp313" -> "3.13", those of our CPythons that the package supports."""
    ours = read_json(repository / "nix/cpython/versions.json")
    fits = SpecifierSet(requires_python) & SpecifierSet(options.pythons)
    return {
        key: f"{key[2]}.{key[3:]}"
        for key, entry in sorted(ours.items())
        if fits.contains(entry["version"], prereleases=True)
    }


def _closure(
    repository: Path,
    name: str,
    requirements: Sequence[str],
    python: str,
    upstream: Upstream,
    options: LockOptions,
) -> Closure:
    if not requirements:
        return Closure([], [])
    recipes = _recipes(repository)
    # The target gets our builds of these, so what builds natively must be of the same version.
    held = [f"{other}=={version}" for other, version in recipes.items() if version and other != name]
    found = resolve.resolve(requirements, python, upstream.roots, [*options.constraints, *held])
    choices = [resolve.choose(upstream.index, other, version, python) for other, version in found.items()]
    ours = [choice.name for choice in choices if choice.pure is None and choice.name in recipes]
    return Closure(choices, ours)


def _without_extras(requirements: Sequence[str]) -> list[str]:
    return [text for text in requirements if "extra" not in str(Requirement(text).marker)]


def _recipes(repository: Path) -> Mapping[str, str]:
    """Our packages and their locked versions ("" where there is no lock yet)."""
    found = {}
    for folder in sorted((repository / "pkgs").glob("*/")):
        pin = folder / "pin.json"
        if pin.exists():
            found[folder.name] = str(read_json(pin)["version"])
        elif (folder / "default.nix").exists():
            found[folder.name] = ""
    return found


def _build_entry(closure: Closure) -> dict[str, Any]:
    return {
        "native": _names(_native(closure)),
        "target": _names(_pure(closure)),
        "packages": sorted(closure.ours),
    }


def _native(closure: Closure) -> list[File]:
    return [choice.native for choice in closure.choices]


def _pure(closure: Closure) -> list[File]:
    return [choice.pure for choice in closure.choices if choice.pure]


def _names(files: Sequence[File]) -> list[str]:
    return sorted(file.name for file in files)
