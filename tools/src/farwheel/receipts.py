"""Receipts of tests: one wheel for the stable ABI is tested in every CPython that it serves."""

from collections.abc import Mapping
from typing import Any

from packaging.version import Version

Receipt = dict[str, Any]
# What is kept of the runs in other CPythons than the newest, and on other CPUs.
_BRIEF = ("counts", "python", "run", "seconds")


def join(new: Receipt | None, old: Receipt | None) -> Receipt | None:
    """The receipt of the newest CPython; `also` lists, in short, those of the others, oldest first.

    Of one CPython, whatever its patch release, the new receipt counts, and of receipts that do not say which
    it was. `vectors` is what `on_vectors` made of the last run on a CPU that has them.
    """
    if not (new and old and new.get("python") and old.get("python")):
        return new or old
    briefs = {_python(one): one for one in old.get("also", ())}
    briefs |= {_python(one): brief(one) for one in (old, new)}
    whole = max(new, old, key=_python)
    others = [briefs[python] for python in sorted(briefs.keys() - {_python(whole)})]
    kept = {name: value for name, value in whole.items() if name not in {"also", "vectors"}}
    vectors = new.get("vectors") or old.get("vectors")
    more = {"also": others, "vectors": vectors}
    return kept | {name: value for name, value in more.items() if value}


def brief(receipt: Receipt) -> Receipt:
    """What is kept of a run that is not the one that counts."""
    return {name: receipt[name] for name in _BRIEF if name in receipt}


def on_vectors(receipt: Receipt, baseline: Receipt) -> Receipt:
    """The receipt of the baseline CPU, with what a run on a CPU with vectors came to under `vectors`."""
    return baseline | {"vectors": brief(receipt) | {"cpu": receipt["conditions"]["cpu"]}}


def _python(receipt: Mapping[str, Any]) -> tuple[int, ...]:
    """The CPython, 3.13 of 3.13.15: a wheel is for all of its patch releases."""
    return Version(receipt["python"]).release[:2]
