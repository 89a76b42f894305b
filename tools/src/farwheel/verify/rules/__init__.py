"""The rules, in the order in which they are reported: one module each, with a function `check`.

A module's docstring says why the rule exists and where it comes from; `tools/farwheel verify --explain`
prints it.
"""

from collections.abc import Iterator
from typing import Protocol, cast

from farwheel.verify.finding import Finding
from farwheel.verify.rules import (
    entry_points,
    extensions,
    hardening,
    isa,
    leaks,
    licences,
    machine,
    metadata,
    name,
    needed,
    paths,
    platform,
    record,
    runpath,
    stable_abi,
    symbols,
    toplevel,
    undefined,
)
from farwheel.verify.wheel import Wheel


class Rule(Protocol):
    """A module of this folder."""

    __doc__: str | None

    def check(self, wheel: Wheel) -> Iterator[Finding]:
        """Yield what is wrong with a wheel."""


_MODULES = (
    name,
    metadata,
    record,
    paths,
    entry_points,
    platform,
    machine,
    isa,
    symbols,
    needed,
    undefined,
    runpath,
    hardening,
    extensions,
    stable_abi,
    leaks,
    licences,
    toplevel,
)
RULES: dict[str, Rule] = {
    module.__name__.rpartition(".")[2].replace("_", "-"): cast("Rule", module) for module in _MODULES
}
