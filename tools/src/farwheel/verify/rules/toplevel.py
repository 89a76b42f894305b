"""Nothing is installed under a name that belongs to everybody.

A top-level `tests` or `docs` in a wheel is a packaging accident: it lands beside all other packages, where
several projects overwrite each other's files. Only a note, since upstream's own wheels have it too.

Source: the packaging guide on package discovery (flat layouts name such folders as reserved).
"""

import re
from collections.abc import Iterator

from farwheel.verify.finding import Finding, note
from farwheel.verify.wheel import Wheel, installed

_COMMON = re.compile(
    r"benchmarks?|build|ci|conftest\.py|dist|docs?|examples?|include|lib|scripts|setup\.py|src|tests?|tools|utils?"
)


def check(wheel: Wheel) -> Iterator[Finding]:
    """Look at the first part of every path."""
    tops = {installed(name).parts[0] for name in wheel.by_name}
    for top in sorted(filter(_COMMON.fullmatch, tops)):
        yield note(top, "is installed at the top level, where other projects install theirs")
