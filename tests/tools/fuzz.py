"""Damage a wheel at random, and verify what comes of it; run by a test in a process with little memory.

Arguments: a seed, seconds, a folder. Prints {"files": how many, "slowest": seconds of the slowest,
"refused": how many}. Any exception ends it, with the seed of the wheel that caused it.
"""

import json
import random
import sys
import time
from pathlib import Path

import hostile
import wheels
from elves import Elf
from farwheel.verify import verify

_ODD = (0, 1, 7, 0x7F, 0x80, 0xFF)


def damaged(chance: random.Random, data: bytes, most: int = 8) -> bytes:
    """Change, cut out or repeat some bytes, half of the time in the first kilobyte, where headers are."""
    content = bytearray(data)
    for _ in range(chance.randint(1, most)):
        if not content:
            break
        place = chance.randrange(min(len(content), 1024) if chance.random() < 0.5 else len(content))
        kind = chance.random()
        if kind < 0.6:
            content[place] = chance.choice(_ODD) if chance.random() < 0.5 else chance.randrange(256)
        elif kind < 0.8:
            width = chance.choice((2, 4, 8))
            content[place : place + width] = chance.choice((b"\xff", b"\0", b"\x7f")) * width
        elif kind < 0.9:
            del content[place : place + chance.randint(1, 64)]
        else:
            content[place:place] = content[place : place + chance.randint(1, 256)]
    return bytes(content)


def real() -> list[bytes]:
    """Extensions that a compiler made: the linters' own, where they are compiled."""
    import mypy

    found = sorted(Path(mypy.__file__).parent.glob("*.so"), key=lambda path: path.stat().st_size)
    return [path.read_bytes() for path in found[:1] if path.stat().st_size < 1 << 20]


def wheel(chance: random.Random, elves: list[bytes]) -> bytes:
    """One damaged wheel: its ELF file, one of its texts, or the archive itself."""
    files = wheels.contents({wheels.EXTENSION: chance.choice(elves), "demo.libs/libx.so": bytes(Elf())})
    kind = chance.random()
    if kind < 0.7:
        files[wheels.EXTENSION] = damaged(chance, files[wheels.EXTENSION])
    elif kind < 0.85:
        name = chance.choice([name for name in files if name.startswith(wheels.INFO)])
        files[name] = damaged(chance, files[name])
    data = hostile.zipped(files)
    return data if kind < 0.85 else damaged(chance, data)


def main(seed: int, seconds: float, folder: Path) -> None:
    """Go on until the time is over."""
    elves = [bytes(Elf()), bytes(Elf("loongarch64", arch=None, runpath="$ORIGIN/../demo.libs")), *real()]
    path = folder / wheels.NAME
    files = refused = 0
    slowest = 0.0
    stop = time.monotonic() + seconds
    while (began := time.monotonic()) < stop:
        chance = random.Random(seed + files)  # noqa: S311 - not for secrets
        path.write_bytes(wheel(chance, elves))
        try:
            refused += bool(verify(path).refused)
        except BaseException:
            sys.stderr.write(f"seed {seed + files}\n")
            raise
        files += 1
        slowest = max(slowest, time.monotonic() - began)
    sys.stdout.write(json.dumps({"files": files, "slowest": slowest, "refused": refused}))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3]))
