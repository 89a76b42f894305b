"""RISC-V arch strings (psABI, "Target-specific ELF sections": Tag_RISCV_arch)."""

import re

# rv64gc is rv64imafdc with Zicsr and Zifencei; the others are parts of these, named apart since 2023.
BASELINE = frozenset(
    ["i", "m", "a", "f", "d", "g", "c", "zicsr", "zifencei", "zmmul", "zaamo", "zalrsc", "zca", "zcd"]
)
_SINGLE = re.compile(r"([a-z])(?:\d+p\d+)?")
_NAMED = re.compile(r"([a-z][a-z0-9]*?)(?:\d+p\d+)?")


def extensions(arch: str) -> set[str] | None:
    """The extensions that an arch string names, lower case, without versions; None when it is no RV64 string.

    >>> sorted(extensions("rv64i2p1_m2p0_zvl128b1p0"))
    ['i', 'm', 'zvl128b']
    """
    base, *parts = arch.lower().split("_")
    if not base.startswith("rv64"):
        return None
    found = set()
    rest = base.removeprefix("rv64")
    while rest:
        single = _SINGLE.match(rest)
        if single is None or rest[0] in "zsx":
            parts.insert(0, rest)
            break
        found.add(single[1])
        rest = rest[single.end() :]
    for part in parts:
        named = _NAMED.fullmatch(part)
        if named is None:
            return None
        found.add(named[1])
    return found
