"""Requirements of a package for one CPython: wheels of others, and packages that we build ourselves."""

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from farwheel import resolve
from farwheel.errors import FarwheelError
from farwheel.interpreter import tag_of
from farwheel.pins import read_json
from farwheel.pypi import Index
from farwheel.simple import File


@dataclass(frozen=True)
class Closure:
    """Wheels for the building machine (`native`) and for any (`pure`); names only `ours` or nobody has.

    `programs` are those of ours that no interpreter imports: a build runs the native one (maturin).
    """

    native: Sequence[File] = ()
    pure: Sequence[File] = ()
    ours: Sequence[str] = ()
    programs: Sequence[str] = ()
    nowhere: Sequence[str] = ()


@dataclass(frozen=True)
class Resolver:
    """Resolves by an index; `recipes` are our packages with their locked versions ("": not locked yet).

    `stands_in` gives for a CPython ("3.13") what stands in for our wheels where only the target has to
    have them: see `stand_ins`.
    """

    index: Index
    roots: Sequence[str]
    recipes: Mapping[str, str]
    stands_in: Callable[[str], Mapping[str, bytes]] = lambda _: {}

    def closure(
        self, needed: Iterable[str], python: str, constraints: Iterable[str] = (), *, native: bool = True
    ) -> Closure:
        """All that is needed on CPython `python` ("3.13"), leaving out what only extras need.

        Members with neither a pure wheel nor a recipe are `nowhere`: programs, mostly, which run natively.
        With `native=False` nothing of it runs on the building machine, so upstream need not have wheels for
        that of what we build ourselves.
        """
        wanted = [text for text in needed if not _is_for_others(Requirement(text), python)]
        for text in wanted:
            # Nor may it reach uv: to packaging, line breaks are a part of the URL; uv reads what follows them
            # as more requirements, and as options (--no-binary).
            if Requirement(text).url:
                raise FarwheelError(
                    f"{text!r} comes from a URL, which no index can serve",
                    "ask the project for a release that requires released projects",
                )
        if not wanted:
            return Closure()
        # The target gets our builds, so what stands in for them natively is of the same version.
        asked = _specifiers(wanted, python)
        held = [
            f"{name}=={version}"
            for name, version in self.recipes.items()
            if version and (name not in asked or asked[name].contains(version))
        ]
        besides = {} if native else self.stands_in(python)
        constraints = [*constraints, *held]
        found = dict(sorted(resolve.resolve(wanted, python, self.roots, constraints, besides).items()))
        native_ones = [resolve.native(self.index, *one, python) for one in found.items()] if native else []
        pure = {name: resolve.pure(self.index, name, version, python) for name, version in found.items()}
        impure = [name for name, file in pure.items() if file is None]
        programs = {name for name, file in zip(found, native_ones, strict=False) if "-none-" in file.name}
        ours = [name for name in impure if name in self.recipes]
        for name in ours:
            # Of a program, the native one does, of whatever version.
            if name not in programs and self.recipes[name] and Version(self.recipes[name]) != found[name]:
                raise FarwheelError(
                    f"{name}{asked[name]} is asked for, and our {name} is {self.recipes[name]}",
                    f"tools/farwheel lock {name}; or its lock.json names a release that takes ours",
                )
        return Closure(
            native_ones,
            [file for file in pure.values() if file],
            ours,
            [name for name in ours if name in programs],
            [name for name in impure if name not in self.recipes],
        )


def _specifiers(wanted: Iterable[str], python: str) -> dict[str, SpecifierSet]:
    """What is asked of each project on CPython `python`, where one may be named several times."""
    found: dict[str, SpecifierSet] = {}
    for one in map(Requirement, wanted):
        if not one.marker or one.marker.evaluate(_machine(python)):
            name = canonicalize_name(one.name)
            found[name] = found.get(name, SpecifierSet()) & one.specifier
    return found


def _machine(python: str) -> dict[str, str]:
    return {"python_version": python, "python_full_version": f"{python}.0", "platform_machine": "x86_64"}


def _is_for_others(one: Requirement, python: str) -> bool:
    """Whether only extras ask for it (not so: "... or extra == 'x'"), or other systems for a URL."""
    if one.marker is None or not (one.url or "extra" in str(one.marker)):
        return False
    return not one.marker.evaluate({**_machine(python), "extra": ""})


def recipes(packages: Path, without: str = "") -> dict[str, str]:
    """The packages in our `pkgs` folder, or all but one, with their locked versions."""
    found = {}
    for folder in sorted(packages.glob("*/")):
        pin = folder / "pin.json"
        if pin.exists():
            found[folder.name] = str(read_json(pin)["version"])
        elif (folder / "default.nix").exists():
            found[folder.name] = ""
    found.pop(without, None)
    return found


def stand_ins(packages: Path, without: str, python: str) -> dict[str, bytes]:
    """Wheels (file name -> content) with nothing in them but the metadata of our locked packages.

    For a resolver: all of them but `without` that we have for CPython `python` ("3.13"). What they require
    has no versions, as their pins hold what was resolved, not what was asked for.
    """
    found = {}
    for name in recipes(packages, without):
        pin = packages / name / "pin.json"
        locked = read_json(pin) if pin.exists() else {}
        run = locked.get("run", {}).get(tag_of(python))
        if run is None:
            continue
        needs = sorted({*run["packages"], *(parse_wheel_filename(wheel)[0] for wheel in run["wheels"])})
        stem = f"{name.replace('-', '_')}-{locked['version']}"
        lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {locked['version']}"]
        metadata = "\n".join([*lines, *(f"Requires-Dist: {need}" for need in needs)])
        with io.BytesIO() as wheel:
            with zipfile.ZipFile(wheel, "w") as archive:
                archive.writestr(f"{stem}.dist-info/METADATA", f"{metadata}\n")
                archive.writestr(f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
                archive.writestr(f"{stem}.dist-info/RECORD", "")
            found[f"{stem}-py3-none-any.whl"] = wheel.getvalue()
    return found
