"""Which worker runs which test, and when."""

import hashlib
import math
from collections import deque
from collections.abc import Hashable, Iterable

_ROUNDS = 20


def by_module(tests: Iterable[int], ids: list[str]) -> dict[str, list[int]]:
    """The tests of each module, in the order in which they were collected."""
    modules: dict[str, list[int]] = {}
    for test in tests:
        modules.setdefault(ids[test].partition("::")[0], []).append(test)
    return modules


def sampled(modules: dict[str, list[int]], ids: list[str], seed: int) -> list[list[int]]:
    """Units of which the first are always a fair sample: one test of each module, then a twentieth of each...

    Drawn by hash, so that the order is the same everywhere and hardly changes when upstream adds a test.
    """

    def lot(name: str) -> bytes:
        return hashlib.sha256(f"{seed} {name}".encode()).digest()

    rounds: list[list[list[int]]] = [[] for _ in range(_ROUNDS + 1)]
    for name in sorted(modules, key=lot):
        first, *others = sorted(modules[name], key=lambda test: lot(ids[test]))
        rounds[0].append([first])
        size = max(1, math.ceil(len(others) / _ROUNDS))
        for number, start in enumerate(range(0, len(others), size), 1):
            # In the order of the file, for the sake of the fixtures that neighbours share.
            rounds[number].append(sorted(others[start : start + size]))
    return [unit for units in rounds for unit in units]


def beginning_with(first: list[int], units: list[list[int]]) -> list[list[int]]:
    """These tests, each a unit of its own, then what is left of the units."""
    early = set(first)
    rest = ([test for test in unit if test not in early] for unit in units)
    return [[test] for test in first] + [unit for unit in rest if unit]


def places(ours: list[str], theirs: list[str]) -> list[int]:
    """For each of our tests, which of theirs it is: that of the same name, or else the next of the function.

    A table in no order (a set) is collected in another order by each process, and a name may hold a UUID.
    """
    named, unnamed = dict[str, deque[int]](), dict[str, deque[int]]()
    for number, name in enumerate(theirs):
        named.setdefault(name, deque()).append(number)
    found = [named[name].popleft() if named.get(name) else None for name in ours]
    for number in sorted(number for numbers in named.values() for number in numbers):
        unnamed.setdefault(theirs[number].partition("[")[0], deque()).append(number)
    pairs = zip(ours, found, strict=True)
    return [unnamed[name.partition("[")[0]].popleft() if one is None else one for name, one in pairs]


class Queue:
    """Tests to be handed out. A unit stays with the worker that began it, as long as there are others."""

    def __init__(self, units: list[list[int]]) -> None:
        self._fresh = deque(deque(unit) for unit in units)
        self._begun: dict[Hashable, deque[int]] = {}
        self.left = sum(map(len, units))

    def take(self, worker: Hashable, count: int) -> list[int]:
        """The next tests for a worker, at most `count`; none when all are handed out."""
        taken: list[int] = []
        while self.left and len(taken) < count:
            if not self._begun.get(worker):
                self._begun[worker] = self._fresh.popleft() if self._fresh else self._half()
            taken.append(self._begun[worker].popleft())
            self.left -= 1
        return taken

    def give_back(self, worker: Hashable, tests: Iterable[int]) -> None:
        """A worker is gone: these of its tests were not run."""
        rest = deque(tests)
        self.left += len(rest)
        rest.extend(self._begun.pop(worker, ()))
        if rest:
            self._fresh.appendleft(rest)

    def clear(self) -> None:
        """Nothing more is to be run."""
        self._fresh.clear()
        self._begun.clear()
        self.left = 0

    def _half(self) -> deque[int]:
        """The second half of the longest unit that another worker has begun."""
        longest = max(self._begun.values(), key=len)
        half = deque(longest.pop() for _ in range((len(longest) + 1) // 2))
        half.reverse()
        return half
