"""METADATA is valid, and Requires-Python admits the CPython of the tag.

Indexes refuse files with invalid metadata, and installers ignore a wheel whose Requires-Python excludes the
interpreter that its tag is for, so such a wheel is never installed and nobody is told why.

Source: the core metadata specification (PEP 566, 643, 753, 639), PEP 345 and 440 for Requires-Python.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from farwheel.verify.finding import Finding, error
from farwheel.verify.wheel import Wheel

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

_INTERPRETER = re.compile(r"cp3(\d+)")
_MINORS, _MICROS = 40, 40


def check(wheel: Wheel) -> Iterator[Finding]:
    """Parse it strictly."""
    from packaging.metadata import Metadata

    where = f"{wheel.dist_info}/METADATA"
    try:
        metadata = Metadata.from_email(wheel.metadata_text)
    except ExceptionGroup as group:
        for problem in group.exceptions:
            yield error(where, str(problem))
        return
    requires = metadata.requires_python
    for tag in sorted(wheel.tags, key=str):
        match = _INTERPRETER.fullmatch(tag.interpreter)
        if requires is None or match is None:
            continue
        minor = int(match[1])
        # The stable ABI's wheels are for every later CPython as well.
        minors = range(minor, _MINORS) if tag.abi.startswith("abi3") else [minor]
        if not any(_admits(requires, minor) for minor in minors):
            yield error(where, f"Requires-Python: {requires} excludes the CPython of the tag {tag}")
            return


def _admits(requires: "SpecifierSet", minor: int) -> bool:
    return any(requires.contains(f"3.{minor}.{micro}", prereleases=True) for micro in range(_MICROS))
