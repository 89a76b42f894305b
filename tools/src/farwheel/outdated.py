"""Each package against upstream's index, many at a time."""

from collections.abc import Iterable
from datetime import datetime

from farwheel.lock import Upstream
from farwheel.standing import Standing


def look(
    names: Iterable[str], upstream: Upstream, *, now: datetime, cooldown_days: float = 3
) -> list[Standing]:
    """How these packages of pkgs/ stand, by name; `now` is UTC.

    A package that cannot be looked at has `trouble`; the others do not suffer from it. UsageError for a name
    that is not in pkgs/.
    """
    raise NotImplementedError
