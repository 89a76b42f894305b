"""The receipt of a wheel's tests, as a ledger holds it, for people."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# What a count is called, for one and for several.
_WORDS = {
    "passed": ("passed", "passed"),
    "failed": ("failed", "failed"),
    "crashed": ("crashed", "crashed"),
    "timed_out": ("timed out", "timed out"),
    "xfailed": ("expected failure", "expected failures"),
    "skipped": ("skipped", "skipped"),
    "left_out": ("left out", "left out"),
}
_VERSION = re.compile(r"\d+\.\d+(\.\w+)?")
_CONDITIONS = {"glibc": "glibc", "cpu": "CPU"}
_BAD = ("failed", "crashed", "timed_out")


@dataclass(frozen=True)
class Receipt:
    """`python` is the version that the tests ran in, "" where it is not said; `counts` is outcome -> tests.

    `also` are other versions in which they passed; `part` says that only the core of the suite was run;
    `left_out` is reason -> how many tests; `vectors` is the CPU with vectors on which their core passed too.
    """

    counts: Mapping[str, int]
    python: str
    system: str
    part: bool
    left_out: Mapping[str, int]
    also: tuple[str, ...] = ()
    vectors: str = ""

    @classmethod
    def of(cls, said: Mapping[str, Any] | None) -> "Receipt | None":
        """Read a receipt, which may lack anything; None where nothing was tested."""
        said = said or {}
        counts = {name: _number(said.get("counts", {}).get(name)) for name in _WORDS}
        if not any(counts.values()):
            return None
        python = str(said.get("python", ""))
        conditions = said.get("conditions", {})
        left_out: Counter[str] = Counter()
        for rule in said.get("left_out", ()):
            if not rule.get("run"):
                left_out[str(rule.get("why", ""))] += _number(rule.get("matched"))
        system = [f"{word} {conditions[key]}" for key, word in _CONDITIONS.items() if key in conditions]
        return cls(
            counts=counts,
            python=python if _VERSION.fullmatch(python) else "",
            system=", ".join(system),
            part=said.get("run") == "core",
            left_out={why: count for why, count in sorted(left_out.items()) if why and count},
            also=tuple(str(one.get("python", "")) for one in said.get("also", ())),
            vectors=str(said.get("vectors", {}).get("cpu", "")),
        )

    @property
    def good(self) -> bool:
        """Whether tests passed and none failed."""
        return self.counts["passed"] > 0 and not any(self.counts[name] for name in _BAD)

    @property
    def pythons(self) -> tuple[str, ...]:
        """All versions of CPython that the tests ran in, as far as that is said."""
        return tuple(filter(_VERSION.fullmatch, (*self.also, self.python)))

    @property
    def words(self) -> str:
        """All counts in one line."""
        some = [(name, count) for name, count in self.counts.items() if count]
        return ", ".join(f"{count:,} {_WORDS[name][count != 1]}" for name, count in some)


def _number(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0
