"""Receipts of tests: one wheel for the stable ABI is tested in every CPython that it serves."""

from collections.abc import Mapping
from typing import Any

from packaging.version import Version

Receipt = dict[str, Any]
# What is kept of the runs in other CPythons than the newest.
_BRIEF = ("counts", "python", "run", "seconds")


def join(new: Receipt | None, old: Receipt | None) -> Receipt | None:
    """The receipt of the newest CPython; `also` lists, in short, those of the others, oldest first.

    Of one CPython the new receipt counts, and of receipts that do not say which it was.
    """
    if not (new and old and new.get("python") and old.get("python")):
        return new or old
    briefs = {one["python"]: one for one in old.get("also", ())}
    briefs |= {one["python"]: {name: one[name] for name in _BRIEF if name in one} for one in (old, new)}
    whole = max(new, old, key=_python)
    others = [one for python, one in briefs.items() if python != whole["python"]]
    kept = {name: value for name, value in whole.items() if name != "also"}
    return kept | ({"also": sorted(others, key=_python)} if others else {})


def _python(receipt: Mapping[str, Any]) -> Version:
    return Version(receipt["python"])
