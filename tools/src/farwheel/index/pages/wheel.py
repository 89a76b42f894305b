"""One wheel of ours: what its name, its ledger and its receipt say."""

import functools
import re
from dataclasses import dataclass

from packaging.tags import Tag
from packaging.utils import parse_wheel_filename
from packaging.version import Version

from farwheel import interpreter
from farwheel.index.model import File
from farwheel.index.pages.receipt import Receipt
from farwheel.targets import PLATFORMS

ARCHITECTURES = tuple(PLATFORMS)
# What farwheel.reproduce varies, in words.
VARIATIONS = {
    "again": "once more",
    "mode": "with the tools of the build run in another way",
    "mode=accelerated": "with the target's interpreter, emulated",
    "mode=disguised": "with a native interpreter",
    "mode=emulated": "with the target's own compiler, emulated",
    "varied": "on one core, in another year, time zone and locale",
}
# The name of a library that auditwheel put into the wheel.
_GRAFTED = re.compile(r"-[0-9a-f]{8}\.so")


@dataclass(frozen=True)
class Wheel:
    """A file of ours, with what its name and its ledger say; `tags` are those of its name."""

    file: File
    tags: frozenset[Tag]
    receipt: Receipt | None

    @classmethod
    def of(cls, file: File) -> "Wheel":
        """What is known of a file."""
        tests = file.entry.tests if file.entry else None
        return cls(file, parse_wheel_filename(file.filename)[3], Receipt.of(tests))

    @property
    def reproduced(self) -> list[str]:
        """How it was built again with the same bytes, in words, and by whom where that is said."""
        past = self.file.entry.reproduced if self.file.entry else ()
        return [
            f"{VARIATIONS.get(one.variation, one.variation)}{one.by and f', by {one.by}'}" for one in past
        ]

    @property
    def asks(self) -> str:
        """What it asks of the system: "libc.so.6, libm.so.6; glibc 2.29"; "" where it is not known."""
        needs = self.file.entry.needs if self.file.entry else None
        if needs is None:
            return ""
        libraries = ", ".join(name for name in needs.libraries if not _GRAFTED.search(name))
        glibc = needs.symbols.get("GLIBC", "").replace("GLIBC_", "glibc ")
        return "; ".join(filter(None, (libraries, glibc)))

    def serves(self, architecture: str, python: str) -> bool:
        """Whether pip would take it there, whatever the C library; `python` is a whole version."""
        return fits(self.tags, architecture, python) and interpreter.admits(self.file.requires_python, python)

    def tested(self, python: str) -> bool:
        """Whether its tests ran in this CPython: an abi3 wheel may be for more than those we have."""
        if self.receipt is None or self.file.entry is None:
            return False
        if pythons := self.receipt.pythons:
            return Version(python).release[:2] in {Version(one).release[:2] for one in pythons}
        return interpreter.tag_of(python) in self.file.entry.pythons

    @property
    def architecture(self) -> str:
        """The one that it was made for, or "" for a pure one."""
        platforms = {tag.platform for tag in self.tags}
        found = (a for a in ARCHITECTURES for platform in platforms if platform.endswith(f"_{a}"))
        return next(found, "")

    @property
    def pythons(self) -> str:
        """The interpreters that its name speaks of, for people: "CPython 3.13", "CPython 3.10 and newer"."""
        found = sorted({(tag.interpreter, tag.abi == "abi3") for tag in self.tags})
        return ", ".join(f"{_interpreter(name)}{' and newer' if stable else ''}" for name, stable in found)

    @property
    def order(self) -> tuple[bool, Version, tuple[()] | tuple[int, str]]:
        """The best last: a final release, then the newer, then the later build."""
        return not self.file.version.is_prerelease, self.file.version, self.file.build

    def worth(self, architecture: str, python: str) -> tuple[object, ...]:
        """The same as pip sees it there, where a better tag counts for more than a later build."""
        place = _place(self.tags, architecture, python)
        return *self.order[:2], tuple(-number for number in place or ()), self.file.build


@functools.cache
def fits(tags: frozenset[Tag], architecture: str, python: str) -> bool:
    """Whether one of the tags is for this architecture and CPython."""
    return _place(tags, architecture, python) is not None


def _place(tags: frozenset[Tag], architecture: str, python: str) -> tuple[bool, int] | None:
    """Where the best of the tags stands among those that are taken there; those for any machine come last."""
    offered = _interpreters(python)
    places = [
        (tag.platform == "any", offered[tag.interpreter, tag.abi])
        for tag in tags
        if (tag.interpreter, tag.abi) in offered
        and (tag.platform == "any" or tag.platform.endswith(f"_{architecture}"))
    ]
    return min(places, default=None)


@functools.cache
def _interpreters(python: str) -> dict[tuple[str, str], int]:
    """The (interpreter, abi) of every tag that a CPython of this version takes, and its place, best first."""
    found = dict.fromkeys((tag.interpreter, tag.abi) for tag in interpreter.tags(python, ["any"]))
    return {offered: place for place, offered in enumerate(found)}


def _interpreter(tag: str) -> str:
    """CPython 3.13 for cp313, Python 3 for py3."""
    kind, number = {"cp": "CPython", "py": "Python"}.get(tag[:2], ""), tag[2:]
    return f"{kind} {number[:1]}{'.' if number[1:] else ''}{number[1:]}" if kind and number.isdigit() else tag
