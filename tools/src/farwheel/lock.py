"""pkgs/<name>/pin.json: everything about a package that can be derived from upstream's release."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name, canonicalize_version, parse_wheel_filename
from packaging.version import Version

from farwheel import interpreter, rust, sdist, source, trees
from farwheel.change import Change
from farwheel.closure import Closure, Resolver, recipes, stand_ins
from farwheel.errors import FarwheelError, UnavailableError
from farwheel.pins import Pin, read_json
from farwheel.pypi import Index
from farwheel.recipe import LockOptions, lock_options
from farwheel.simple import File

# What every test suite is run with (nix/suite).
_TEST_TOOLS = ("pytest", "pytest-timeout")


@dataclass(frozen=True)
class Upstream:
    """Where releases come from: an index, its roots (for uv), who downloads, who is told what happens."""

    index: Index
    roots: Sequence[str]
    download: Callable[[Pin], Path]
    note: Callable[[str], None]


def lock_package(
    repository: Path,
    project: str,
    upstream: Upstream,
    version: str = "",
    options: LockOptions | None = None,
) -> Change:
    """Lock the newest release of a project, or the one that its lock.json holds; nothing is written yet.

    `options` are those of its lock.json, if not said otherwise; `version` is a specifier ("==1.2") that
    stands in for theirs.

    A CPython for which the requirements have no wheels is left out, with a note. FarwheelError when the
    release cannot be read, or when no CPython remains.
    """
    name = canonicalize_name(project)
    folder = repository / "pkgs" / name
    options = options or lock_options(folder / "lock.json")
    options = replace(options, version=version or options.version)
    found = release(name, options, upstream, folder / "pin.json")
    test_requires = [text.replace("{version}", str(found.version)) for text in options.test_requires]
    options = replace(options, test_requires=test_requires)
    facts = _facts(name, found, options, upstream.note)
    requires_python = facts.requires_python or found.requires_python
    packages = repository / "pkgs"
    stands_in = partial(stand_ins, packages, name)
    resolver = Resolver(upstream.index, upstream.roots, recipes(packages, without=name), stands_in)
    build, run, test, used = {}, {}, {}, dict[str, File]()
    why, needs, tested_with = "", dict[str, Closure](), dict[str, Closure]()
    for cpython in cpythons(repository, requires_python, options):
        try:
            building, running, testing = _closures(resolver, facts, options, cpython)
        except UnavailableError:
            # An index that is down says nothing about a CPython.
            raise
        except FarwheelError as error:
            # uv tells long stories.
            why = f"\n{error.message}"
            upstream.note(f"{name}: {cpython} is left out: {error.message.splitlines()[0]}")
            continue
        needs[cpython], tested_with[cpython] = running, testing
        build[cpython] = {
            "native": _names(building.native),
            "target": _names(building.pure),
            "packages": [ours for ours in building.ours if ours not in building.programs],
        }
        run[cpython] = {"wheels": _names(running.pure), "packages": running.ours}
        test[cpython] = {"wheels": _names(testing.pure), "packages": testing.ours}
        files = (*building.native, *building.pure, *running.pure, *testing.pure)
        used |= {file.name: file for file in files}
    # What it is tested with may need the package itself, which is there.
    missing = _nowhere(needs)
    for one, pythons in missing.items():
        upstream.note(f"{name} needs {one} ({pythons}), for which there is no recipe")
    for one, pythons in _nowhere(tested_with).items():
        if one not in {*missing, name}:
            upstream.note(f"{name} is tested with {one} ({pythons}), for which there is no recipe")
    if not build:
        raise FarwheelError(
            f"{name} {found.version} can be locked for none of our CPythons{why}",
            f"it is for Python {requires_python or 'of any version'}; its lock.json may hold another version",
        )
    crates = _crates(repository, folder, found.archive, facts, upstream) if facts.cargo else None
    document: dict[str, Any] = {
        "name": name,
        "version": str(found.version),
        "sdist": found.pin.to_json(),
        "upload_time": found.time,
        "requires_python": requires_python,
        "languages": sorted({*facts.languages, *(crates.languages if crates else ())}),
        "backend": facts.build_system.backend,
        "backend_path": facts.build_system.backend_path,
        "build_requires": facts.build_system.requires,
        "build": build,
        "run": run,
        "test": test,
        "wheels": {name: upstream.index.pin(file).to_json() for name, file in used.items()},
    }
    if found.tag:
        document["tag"] = found.tag
    if not crates:
        return Change.of(folder / "pin.json", document)
    ours = folder / "Cargo.lock"
    is_done_with = crates.text is None and ours.exists() and rust.is_pruned(ours)
    beside = {ours: crates.text} if crates.text is not None or is_done_with else {}
    return Change.of(folder / "pin.json", {**document, "cargo": crates.to_json()}, beside)


def _nowhere(closures: Mapping[str, Closure]) -> dict[str, str]:
    """What nobody has for the target, with the CPythons that miss it ("cp313, cp314")."""
    found: dict[str, list[str]] = {}
    for cpython, closure in closures.items():
        for name in closure.nowhere:
            found.setdefault(name, []).append(cpython)
    return {name: ", ".join(cpythons) for name, cpythons in found.items()}


def release(name: str, options: LockOptions, upstream: Upstream, pinned: Path | None = None) -> source.Source:
    """The newest release that `options` allow, from where they say; `pinned` is an earlier one's pin.json.

    FarwheelError where there is none, and for a tag that has moved since it was pinned.
    """
    if not options.source:
        return source.of_index(upstream.index, upstream.download, name, options.version)
    old = read_json(pinned) if pinned and pinned.exists() else {}
    commit = str(old["sdist"]["path"]).rpartition("/")[2] if "tag" in old else ""
    known = (str(old.get("tag", "")), commit)
    return source.of_repository(trees.parse(options.source), name, options.version, known)


def _facts(
    name: str, release: source.Source, options: LockOptions, note: Callable[[str], None]
) -> sdist.Facts:
    facts = sdist.read(release.archive)
    _check(name, release, facts)
    if release.tag and not facts.complete and options.run_requires is None:
        raise FarwheelError(
            f"the repository of {name} does not tell, without running its build, what {name} needs to run",
            f'name that in pkgs/{name}/lock.json: "run_requires": [] if it needs nothing',
        )
    requires_dist = [*facts.requires_dist, *(options.run_requires or [])]
    try:
        SpecifierSet(facts.requires_python or release.requires_python)
        needed = {text: Requirement(text) for text in (*facts.build_system.requires, *requires_dist)}
        for one in needed.values():
            # Only now it shows that a marker compares what cannot be compared.
            if one.marker:
                one.marker.evaluate()
    except (InvalidRequirement, InvalidSpecifier, UndefinedComparison, UndefinedEnvironmentName) as error:
        raise FarwheelError(
            f"{release.archive.name} does not say what it requires as the standards have it: {error}",
            "ask the project for a repaired release",
        ) from None
    for text in needed:
        if "platform_machine" in text:
            note(f"{name}: {text!r} depends on the machine; it is locked as on x86-64")
    return replace(facts, requires_dist=requires_dist)


def _check(name: str, release: source.Source, facts: sdist.Facts) -> None:
    """FarwheelError for a release whose metadata are of another one."""
    inside, outside = (facts.name, facts.version), (name, str(release.version))
    if all(inside) and (canonicalize_name(inside[0]), canonicalize_version(inside[1])) != (
        name,
        canonicalize_version(release.version),
    ):
        raise FarwheelError(
            f"{release.archive.name} says inside that it is {' '.join(inside)}, not {' '.join(outside)}",
            "do not use this file; report it to the project or to its index",
        )


def _crates(
    repository: Path, folder: Path, archive: Path, facts: sdist.Facts, upstream: Upstream
) -> rust.Crates:
    rustc = read_json(repository / "nix/pins/rust.json")["version"]
    return rust.read(archive, facts.cargo, folder / "Cargo.lock", rustc, upstream.index.client)


def cpythons(repository: Path, requires_python: str, options: LockOptions) -> list[str]:
    """Those of our CPythons ("cp313") that the package supports."""
    fits = SpecifierSet(requires_python) & SpecifierSet(options.pythons)
    # To clients a release candidate is its release: >=3.15 is for 3.15.0rc2, <3.15 is not.
    ours = {tag: Version(text).base_version for tag, text in interpreter.versions(repository).items()}
    return [tag for tag, version in ours.items() if fits.contains(version)]


def needed_to_run(repository: Path, document: Mapping[str, Any]) -> list[Pin]:
    """The pure wheels in a pin.json that the finished wheel needs, but for what we have a recipe of."""
    ours = recipes(repository / "pkgs")
    wheels = {wheel for closure in document["run"].values() for wheel in closure["wheels"]}
    return [
        Pin.from_json(document["wheels"][wheel], wheel)
        for wheel in sorted(wheels)
        if parse_wheel_filename(wheel)[0] not in ours
    ]


def _closures(
    resolver: Resolver, facts: sdist.Facts, options: LockOptions, cpython: str
) -> tuple[Closure, Closure, Closure]:
    """What building needs, what running needs, and what running under test needs."""
    python = interpreter.minor(cpython)
    needed = [*facts.build_system.requires, *options.build_requires]
    tested = [*facts.requires_dist, *_TEST_TOOLS, *options.test_requires]
    return (
        resolver.closure(needed, python, options.constraints),
        resolver.closure(facts.requires_dist, python, native=False),
        resolver.closure(tested, python, options.constraints, native=False),
    )


def _names(files: Iterable[File]) -> list[str]:
    return sorted(file.name for file in files)
