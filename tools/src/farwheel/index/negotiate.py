"""Which of its pages' forms a client gets (RFC 9110, 12.5.1; PEP 691)."""

from dataclasses import dataclass

_JSON, _HTML = "index.json", "index.html"
# What a page can be called, best first: a client without a preference gets what every client can read.
_OFFERS = (
    ("text/html", _HTML),
    ("application/vnd.pypi.simple.v1+html", _HTML),
    ("application/vnd.pypi.simple.v1+json", _JSON),
)


@dataclass(frozen=True)
class Choice:
    """The file to send, and what to call it."""

    file: str
    type: str


def choose(accept: str) -> Choice | None:
    """The form that an Accept header likes best ("" likes everything); None when it likes none."""
    wanted = [_range(part) for part in (accept or "*/*").split(",")]
    found = None
    best = 0.0
    for kind, file in _OFFERS:
        quality = _quality(kind, wanted)
        if quality > best:
            best, found = quality, Choice(file, kind)
    return found


def _range(part: str) -> tuple[str, float]:
    kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = min(max(float(value), 0.0), 1.0)
            except ValueError:
                quality = 0.0
    # An answer names the version that it has, also to those who ask for the latest.
    return kind.replace("pypi.simple.latest+", "pypi.simple.v1+"), quality


def _quality(kind: str, wanted: list[tuple[str, float]]) -> float:
    """The most specific range that matches decides."""
    for range_ in (kind, f"{kind.partition('/')[0]}/*", "*/*"):
        qualities = [quality for name, quality in wanted if name == range_]
        if qualities:
            return max(qualities)
    return 0.0
