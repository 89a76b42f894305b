"""What the objects of a wheel ask of the system that loads them, from the file alone."""

import re
from contextlib import closing
from pathlib import Path

from farwheel.ledger import Needs
from farwheel.verify.wheel import Wheel

_NUMBER = re.compile(r"\d+")


def of(path: Path) -> Needs:
    """Read a wheel. RefusedError for what is none."""
    with closing(Wheel(path)) as wheel:
        tables = [elf.dynamic for _, elf in wheel.elves if elf.dynamic]
    symbols: dict[str, str] = {}
    for version in (one for table in tables for names in table.versions.values() for one in names):
        family = version.partition("_")[0]
        symbols[family] = max(symbols.get(family, ""), version, key=_order)
    return Needs(tuple(sorted({name for table in tables for name in table.needed})), symbols)


def _order(version: str) -> list[int]:
    return [int(number) for number in _NUMBER.findall(version)]
