"""What can be built, and what a user means by a word on the command line."""

import difflib
import functools
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from packaging.utils import canonicalize_name

from farwheel import nix
from farwheel.errors import UsageError

# What wheels are for, each with its lowest tag, which is what ours carry (nix/architectures.nix).
PLATFORMS = {"riscv64": "manylinux_2_31_riscv64", "loongarch64": "manylinux_2_36_loongarch64"}
# For measuring only, so it is accepted everywhere and listed nowhere.
NATIVE = "x86_64"
_PYTHON = re.compile(r"(?:cp)?3\.?(\d+)")


@dataclass(frozen=True, order=True)
class Target:
    """One wheel: a package, for one architecture and one CPython."""

    name: str
    architecture: str
    python: str

    @property
    def folder(self) -> str:
        """The attribute of the flake that holds the wheels of all CPythons."""
        return f"{self.name}-{self.architecture}"

    def __str__(self) -> str:
        """The attribute of the flake, as one may type it."""
        return f"{self.folder}.{self.python}"


@functools.cache
def catalogue() -> dict[str, dict[str, Any]]:
    """name -> {"version", "architectures", "pythons", "mode", "hold", "build"}, from `lib.catalogue`."""
    found: dict[str, dict[str, Any]] = nix.evaluate("lib.catalogue", "c: c")
    return found


def packages(words: Iterable[str]) -> list[str]:
    """The packages that these names mean, sorted, each once; all of them when there are no names.

    UsageError, with the nearest names, for what does not exist.
    """
    known = catalogue()
    names = {canonicalize_name(word) for word in words}
    for name in sorted(names - known.keys()):
        raise _unknown(name, sorted(known), [])
    return sorted(names or known)


def parse(words: Iterable[str], pythons: Iterable[str] = ()) -> list[Target]:
    """The targets that words such as `numpy`, `numpy-riscv64`, `numpy-riscv64.cp314` stand for, each once.

    `pythons` restricts them. UsageError, with the nearest names, for what does not exist.
    """
    chosen = [_python(python) for python in pythons]
    found = [target for word in words for target in _parse(word, chosen)]
    return list(dict.fromkeys(found))


def _parse(word: str, chosen: list[str]) -> list[Target]:
    stem, python = _halves(word)
    if python is not None:
        own = _python(python)
        if chosen and own not in chosen:
            raise UsageError(
                f"{word} is none of --python {' '.join(chosen)}", "leave out the one or the other"
            )
        word, chosen = stem, [own]
    found = _found(word)
    if found is None:
        raise _unknown(word, sorted(catalogue()), _architectures())
    name, architectures = found
    offered: list[str] = catalogue()[name]["pythons"]
    unknown = [python for python in chosen if python not in offered]
    if unknown:
        raise UsageError(f"{name} has no wheel for {unknown[0]}", f"it has: {' '.join(offered)}")
    return [Target(name, arch, python) for arch in architectures for python in chosen or offered]


def _halves(word: str) -> tuple[str, str | None]:
    """What stands before the CPython, and the CPython, if one is said; names of projects have dots, too."""
    stem, dot, python = word.rpartition(".")
    if dot and _PYTHON.fullmatch(python):
        return stem, python
    dots = [place for place, letter in enumerate(word) if letter == "."]
    return next(((word[:dot], word[dot + 1 :]) for dot in dots if _found(word[:dot])), (word, None))


def _found(word: str) -> tuple[str, list[str]] | None:
    known = catalogue()
    if (name := canonicalize_name(word)) in known:
        return name, known[name]["architectures"]
    for architecture in _architectures():
        name = canonicalize_name(word.removesuffix(f"-{architecture}"))
        if word.endswith(f"-{architecture}") and name in known:
            return name, [architecture]
    return None


def _architectures() -> list[str]:
    return sorted({arch for entry in catalogue().values() for arch in entry["architectures"]} | {NATIVE})


def _unknown(word: str, names: list[str], architectures: list[str]) -> UsageError:
    stem, dash, architecture = word.rpartition("-")
    if dash and canonicalize_name(stem) in names:
        near = difflib.get_close_matches(architecture, architectures, 2, 0.4) or architectures
        hint = f"did you mean: {' '.join(f'{stem}-{arch}' for arch in near)}"
        return UsageError(f"unknown architecture {architecture!r} in {word!r}", hint)
    known = [*names, *(f"{name}-{arch}" for name in names for arch in architectures if arch != NATIVE)]
    near = difflib.get_close_matches(word, known, 3, 0.5)
    hint = f"did you mean: {' '.join(near)}" if near else "see: farwheel list"
    return UsageError(f"unknown package {word!r}", hint)


def _python(word: str) -> str:
    return cpython(word, {python for entry in catalogue().values() for python in entry["pythons"]})


def cpython(word: str, known: Collection[str]) -> str:
    """`cp314` for cp314, 3.14 and 314; UsageError, with the nearest, when it is not among the known ones."""
    found = _PYTHON.fullmatch(word)
    python = f"cp3{found[1]}" if found else word
    if python not in known:
        near = difflib.get_close_matches(python, sorted(known), 3, 0.4) or sorted(known)
        raise UsageError(f"unknown CPython {word!r}", f"there are: {' '.join(near)}")
    return python


def derivations(targets: list[Target]) -> dict[Target, str]:
    """The derivation of each target, evaluated in one go."""
    return attributes(targets, "drvPath")


def attributes(targets: list[Target], name: str) -> dict[Target, Any]:
    """An attribute (`enter.drvPath`, `inputs`) of each target, evaluated in one go."""
    return applied(f"wheel: wheel.{name}", targets)


def applied(function: str, targets: list[Target]) -> dict[Target, Any]:
    """What a Nix function makes of the wheel of each target, evaluated in one go."""
    if not targets:
        return {}
    wheels = " ".join(f'p."{target.folder}".{target.python}' for target in targets)
    found: list[Any] = nix.evaluate(f"packages.{nix.SYSTEM}", f"p: map ({function}) [ {wheels} ]")
    return dict(zip(targets, found, strict=True))
