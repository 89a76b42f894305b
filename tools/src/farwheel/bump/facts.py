"""What a release changes in our wheels: size, needed libraries, symbol versions, tests, build time."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from farwheel import ledger

# What upstream's build calls a library of its own, and its symbols' versions, may be any text.
_ODD = re.compile(r"[^\w.+-]+", re.ASCII)
_COUNTED = ("passed", "failed", "skipped", "xfailed", "left_out")


@dataclass(frozen=True)
class Facts:
    """One wheel: `size` in bytes, `tests` are counts by outcome (None: no receipt), `seconds` of its build.

    `needs` and `seconds` are None where nobody looked.
    """

    size: int
    tests: dict[str, int] | None = None
    needs: ledger.Needs | None = None
    seconds: float | None = None


# (architecture, CPythons) -> facts.
Wheels = dict[tuple[str, str], Facts]


def of(book: ledger.Ledger, version: str) -> Wheels:
    """The wheels of a version, as a ledger tells."""
    found = {}
    for entry in ledger.current(book, version).values():
        counts = (entry.tests or {}).get("counts", {})
        tests = {outcome: counts.get(outcome, 0) for outcome in _COUNTED} if counts else None
        key = entry.architecture, ", ".join(entry.pythons)
        found[key] = Facts(entry.size, tests, entry.needs and _plain(entry.needs), entry.seconds)
    return found


def _plain(needs: ledger.Needs) -> ledger.Needs:
    """With names that are words in Markdown too."""
    libraries = tuple(_ODD.sub("?", name) for name in needs.libraries)
    return ledger.Needs(libraries, {_ODD.sub("?", k): _ODD.sub("?", v) for k, v in needs.symbols.items()})


@dataclass(frozen=True)
class Row:
    """One wheel before and after, in words."""

    wheel: str
    size: str
    needed: str
    symbols: str
    tests: str
    seconds: str


def rows(before: Wheels, after: Wheels) -> list[Row]:
    """A row for each wheel of either; what did not change is said once."""
    return [
        Row(
            wheel=f"{architecture} {pythons}",
            size=_size(old, new),
            needed=_arrow(_needed(old), _needed(new)),
            symbols=_arrow(_symbols(old), _symbols(new)),
            tests=_arrow(_tests(old), _tests(new)),
            seconds=_arrow(_seconds(old), _seconds(new)),
        )
        for (architecture, pythons), old, new in _pairs(before, after)
    ]


def _pairs(before: Wheels, after: Wheels) -> Iterable[tuple[tuple[str, str], Facts | None, Facts | None]]:
    return ((key, before.get(key), after.get(key)) for key in sorted(before.keys() | after.keys()))


def worse(before: Wheels, after: Wheels) -> list[str]:
    """What a reviewer should look at first, a sentence each: wheels that are gone, fewer tests, failures."""
    gone = sorted(_served(before) - _served(after))
    found = [f"no wheel for {arch} {python} any more" for arch, python in gone]
    for key in sorted(before.keys() & after.keys()):
        old, new, where = before[key], after[key], " ".join(key)
        if old.tests and (not new.tests or new.tests["passed"] < old.tests["passed"]):
            now = new.tests["passed"] if new.tests else "none"
            found.append(f"{where}: {old.tests['passed']} tests passed before, {now} now")
        if new.tests and new.tests["failed"]:
            found.append(f"{where}: {new.tests['failed']} tests fail")
        if old.needs and new.needs and (more := set(new.needs.libraries) - set(old.needs.libraries)):
            found.append(f"{where}: needs {', '.join(sorted(more))}, which it did not before")
    return found


def _served(wheels: Wheels) -> set[tuple[str, str]]:
    return {(arch, python) for arch, pythons in wheels for python in pythons.split(", ")}


def _arrow(old: str, new: str) -> str:
    return new if old == new or not old else f"{old} → {new or '?'}"


def _size(old: Facts | None, new: Facts | None) -> str:
    said = _arrow(*(f"{one.size:,}" if one else "" for one in (old, new)))
    if old and new and old.size and old.size != new.size:
        said += f" ({(new.size - old.size) / old.size:+.1%})"
    return said


def _needed(facts: Facts | None) -> str:
    return "" if not facts or facts.needs is None else ", ".join(facts.needs.libraries) or "none"


def _symbols(facts: Facts | None) -> str:
    return (
        "" if not facts or facts.needs is None else ", ".join(sorted(facts.needs.symbols.values())) or "none"
    )


def _tests(facts: Facts | None) -> str:
    if not facts or facts.tests is None:
        return ""
    said = (f"{count} {outcome.replace('_', ' ')}" for outcome, count in facts.tests.items() if count)
    return ", ".join(said) or "none"


def _seconds(facts: Facts | None) -> str:
    return "" if not facts or facts.seconds is None else f"{facts.seconds:.0f} s"
