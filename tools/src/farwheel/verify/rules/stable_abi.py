"""Extensions for the stable ABI use only what is in it, since the CPython of the tag.

A wheel tagged `cp311-abi3` is installed by 3.11 and every later CPython. A function that is not in the
stable ABI may change its meaning or go away; one that came with 3.12 is missing in 3.11, and the import
fails there. Undefined symbols that begin with Py or _Py are looked up in CPython's own table.

Source: PEP 384, PEP 652; CPython's Misc/stable_abi.toml as packaged by abi3info. (abi3audit does the same
with a cache of index pages and a terminal library; its table is all that is needed.)
"""

import re
from collections.abc import Iterator

from farwheel.verify.finding import Finding, error, listed
from farwheel.verify.wheel import Wheel

_CPYTHON = re.compile(r"cp3(\d+)")


def check(wheel: Wheel) -> Iterator[Finding]:
    """Look undefined symbols up, in modules named .abi3.so and in all of an abi3 wheel's."""
    minors = [
        int(match[1])
        for tag in wheel.tags
        if tag.abi.startswith("abi3") and (match := _CPYTHON.fullmatch(tag.interpreter))
    ]
    for name, elf in wheel.elves:
        if elf.dynamic is None or not (minors or name.endswith((".abi3.so", ".abi3t.so"))):
            continue
        known = _added()
        used = {symbol for symbol in elf.dynamic.undefined if symbol.startswith(("Py", "_Py"))}
        foreign = sorted(used - known.keys())
        if foreign:
            yield error(name, f"uses what is not in the stable ABI: {listed(foreign)}")
        young = sorted(symbol for symbol in used & known.keys() if minors and known[symbol] > min(minors))
        if young:
            dated = [f"{symbol} (3.{known[symbol]})" for symbol in young]
            yield error(name, f"uses what is younger than CPython 3.{min(minors)}: {listed(dated)}")


def _added() -> dict[str, int]:
    """Each symbol of the stable ABI, with the minor version that it came with."""
    from abi3info import DATAS, FUNCTIONS

    return {symbol.name: item.added.minor for table in (FUNCTIONS, DATAS) for symbol, item in table.items()}
