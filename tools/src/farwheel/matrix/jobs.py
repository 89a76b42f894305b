"""The jobs of a CI run: what of the flake's `hydraJobs` has other outputs than at an earlier revision."""

import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from farwheel import derivation, ledger, nix, records
from farwheel.matrix import revision

# "wheels.numpy-riscv64.cp313" and so on, as leaves of one JSON object.
_LEAVES = """
  let go = v: if v ? drvPath then { drv = v.drvPath; out = v.outPath; } else builtins.mapAttrs (_: go) v;
  in go
"""
_OF_A_WHEEL = ("wheels", "smoke", "tests")


@dataclass(frozen=True)
class Leaf:
    """A derivation of `hydraJobs`, and its output; both are store paths."""

    drv: str
    out: str


@dataclass(frozen=True, order=True)
class Job:
    """What belongs together: a wheel with its tests, for all CPythons that it serves, or one check.

    `name` is an attribute as one may type it; `leaves` are attributes of `hydraJobs`, those that changed.
    """

    name: str
    leaves: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """`jobs` changed since commit `since`; `leaves` is all there is now, `graph` what is new below them.

    `ledgers` are those of all packages.
    """

    since: str
    jobs: tuple[Job, ...]
    leaves: Mapping[str, Leaf]
    ledgers: Mapping[str, ledger.Ledger]
    graph: "Graph"

    def derivations(self, job: Job) -> list[str]:
        """What a job builds."""
        return [self.leaves[name].drv for name in job.leaves]


class Graph:
    """Derivations that have to be built, since none of their outputs was there at the earlier revision."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = set(known)
        self._needed: dict[str, frozenset[str]] = {}

    def needed(self, drv: str) -> frozenset[str]:
        """The derivation and all below it that must be built for it; pins are fetched, not built."""
        if drv not in self._needed:
            self._needed[drv] = self._read(drv)
        return self._needed[drv]

    def inputs(self, drv: str) -> tuple[str, ...]:
        """What a derivation is made from directly."""
        return derivation.read(drv).inputs

    def _read(self, drv: str) -> frozenset[str]:
        read = derivation.read(drv)
        if "outputHash" in read.env or self._known.issuperset(read.outputs.values()):
            return frozenset()
        return frozenset({drv}).union(*map(self.needed, read.inputs))


def changed(rev: str) -> Changes:
    """The jobs that have other outputs than at a revision: each flake is evaluated once, nothing is built.

    FarwheelError with Nix's own words where either cannot be evaluated, UsageError for an unknown revision.
    """
    since = revision.commit(rev)
    with ThreadPoolExecutor() as pool:
        earlier, now = pool.submit(_at, since), pool.submit(_leaves, ".")
        before, after = earlier.result(), now.result()
    outputs = {leaf.out for leaf in before.values()}
    books = {name: ledger.load(records.path(name)) for name in set(map(package, after)) if name}
    fresh = [name for name, leaf in after.items() if leaf.out not in outputs and _wanted(name, books)]
    known = _outputs(leaf.drv for leaf in before.values()) if fresh and before else ()
    return Changes(since, tuple(_grouped(fresh, after)), after, books, Graph(known))


def target(leaf: str) -> str:
    """`numpy-riscv64.cp313` of `tests.numpy-riscv64.cp313`; "" where it is no wheel's."""
    kind, _, rest = leaf.partition(".")
    return rest if kind in _OF_A_WHEEL else ""


def package(leaf: str) -> str:
    """`numpy` of `tests.numpy-riscv64.cp313`."""
    return target(leaf).rpartition(".")[0].rpartition("-")[0]


def _wanted(leaf: str, books: Mapping[str, ledger.Ledger]) -> bool:
    """Upstream's tests are a job where they passed once: what never did tells nothing about a change."""
    return not leaf.startswith("tests.") or any(entry.tests for entry in books[package(leaf)].values())


def _grouped(fresh: Iterable[str], leaves: Mapping[str, Leaf]) -> list[Job]:
    groups: dict[str, list[str]] = {}
    for leaf in sorted(fresh):
        wheel = leaves.get(f"wheels.{target(leaf)}", leaves[leaf])
        groups.setdefault(wheel.drv, []).append(leaf)
    return sorted(Job(min(target(leaf) or leaf for leaf in group), tuple(group)) for group in groups.values())


def _at(sha: str) -> dict[str, Leaf]:
    if sha == revision.NOTHING:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        revision.export(sha, Path(folder))
        return _leaves(f"path:{folder}")


def _leaves(flake: str) -> dict[str, Leaf]:
    return dict(_flat(nix.evaluate("hydraJobs", _LEAVES, flake), ()))


def _flat(value: Any, path: tuple[str, ...]) -> Iterable[tuple[str, Leaf]]:
    if isinstance(value.get("drv"), str):
        yield ".".join(path), Leaf(value["drv"], value["out"])
        return
    for name, inner in value.items():
        yield from _flat(inner, (*path, name))


def _outputs(derivations: Iterable[str]) -> list[str]:
    """The outputs of these derivations and of all below them."""
    return nix.run("nix-store", "--query", "--outputs", *nix.requisites(*derivations)).split()
