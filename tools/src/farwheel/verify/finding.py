"""What a rule has to say about a wheel, and how a wheel is turned away."""

from dataclasses import dataclass
from typing import Literal

from farwheel.errors import FarwheelError


@dataclass(frozen=True)
class Finding:
    """What is wrong (an error) or worth knowing (a note), and where: a member, or "" for the wheel."""

    where: str
    message: str
    severity: Literal["error", "note"] = "error"
    rule: str = ""


def error(where: str, message: str) -> Finding:
    """Something that must not be; whoever runs the rule adds its name."""
    return Finding(where, message)


def note(where: str, message: str) -> Finding:
    """Something to know, which fails nothing."""
    return Finding(where, message, "note")


class RefusedError(FarwheelError):
    """A file that cannot be judged: damaged, ambiguous or an attack."""


def listed(names: list[str], most: int = 8) -> str:
    """Names for a message: the first few, cut where they are long, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(f"{name:.80}" for name in names[:most]) + more
