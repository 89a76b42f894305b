"""How long a derivation takes to build: as its ledger says, or as was measured once on two cores.

Estimates only share out work, so nothing depends on their being right; docs/performance.md has the figures.
"""

from collections.abc import Mapping

from farwheel.derivation import short_name
from farwheel.ledger import Entry, Ledger
from farwheel.matrix.jobs import Leaf, package, target

# Seconds for what no ledger knows yet.
_DEFAULTS = {"wheels": 180.0, "smoke": 10.0, "tests": 120.0, "checks": 30.0}
# Seconds of the parts that take longer than a moment, by how their names begin.
_PARTS = {
    "openblas-": 420.0,
    "glibc-": 180.0,
    "cpython-": 140.0,
    "gcc-runtime-fortran-": 90.0,
    "gcc-runtime-cxx-": 80.0,
    "gcc-runtime-c-": 25.0,
    "openssl-": 60.0,
    "rust-std-": 60.0,
    "sqlite-": 45.0,
    "ncurses-": 30.0,
    "root-": 20.0,
}
_MOMENT = 3.0


class Estimates:
    """Seconds by the names of derivations: a wheel built in another mode is estimated as the usual one."""

    def __init__(self, leaves: Mapping[str, Leaf], ledgers: Mapping[str, Ledger]) -> None:
        self._known = {
            short_name(leaf.drv): _of_leaf(name, ledgers.get(package(name), {}))
            for name, leaf in leaves.items()
        }

    def seconds(self, drv: str) -> float:
        """What building this derivation alone takes, all that it needs being there."""
        name = short_name(drv)
        if name in self._known:
            return self._known[name]
        return next((long for prefix, long in _PARTS.items() if name.startswith(prefix)), _MOMENT)


def _of_leaf(leaf: str, ledger: Ledger) -> float:
    kind = leaf.partition(".")[0]
    if entry := _nearest(leaf, ledger):
        if kind == "wheels" and entry.seconds is not None:
            return entry.seconds
        if kind == "tests" and entry.tests:
            return float(entry.tests["seconds"])
    return _DEFAULTS.get(kind, _MOMENT)


def _nearest(leaf: str, ledger: Ledger) -> Entry | None:
    """What comes closest: the same architecture before the same CPython, and of those the latest."""
    folder, _, python = target(leaf).rpartition(".")
    field = "tests" if leaf.startswith("tests.") else "seconds"
    telling = [entry for entry in ledger.values() if getattr(entry, field) is not None]
    architecture = folder.rpartition("-")[2]
    return max(
        telling,
        key=lambda entry: (entry.architecture == architecture, python in entry.pythons, entry.added),
        default=None,
    )
