"""Requirements of a package for one CPython: wheels of others, and packages that we build ourselves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from farwheel import resolve
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
    """Resolves by an index; `recipes` are our packages with their locked versions ("": not locked yet)."""

    index: Index
    roots: Sequence[str]
    recipes: Mapping[str, str]

    def closure(self, needed: Iterable[str], python: str, constraints: Iterable[str] = ()) -> Closure:
        """All that is needed on CPython `python` ("3.13"), leaving out what only extras need.

        Members with neither a pure wheel nor a recipe are `nowhere`: programs, mostly, which run natively.
        """
        wanted = [text for text in needed if "extra" not in str(Requirement(text).marker)]
        if not wanted:
            return Closure()
        # The target gets our builds, so what stands in for them natively must be of the same version.
        held = [f"{name}=={version}" for name, version in self.recipes.items() if version]
        found = resolve.resolve(wanted, python, self.roots, [*constraints, *held])
        choices = [
            resolve.choose(self.index, name, version, python) for name, version in sorted(found.items())
        ]
        impure = [choice.name for choice in choices if choice.pure is None]
        programs = {choice.name for choice in choices if choice.is_program}
        return Closure(
            [choice.native for choice in choices],
            [choice.pure for choice in choices if choice.pure],
            [name for name in impure if name in self.recipes],
            [name for name in impure if name in self.recipes and name in programs],
            [name for name in impure if name not in self.recipes],
        )


def recipes(packages: Path, without: str) -> dict[str, str]:
    """The packages in our `pkgs` folder, all but one, with their locked versions."""
    found = {}
    for folder in sorted(packages.glob("*/")):
        pin = folder / "pin.json"
        if pin.exists():
            found[folder.name] = str(read_json(pin)["version"])
        elif (folder / "default.nix").exists():
            found[folder.name] = ""
    found.pop(without, None)
    return found
