"""Badges: small pictures for a README that say what there is."""

from dataclasses import dataclass

from farwheel.index.pages.grid import Package
from farwheel.index.pages.wheel import ARCHITECTURES

_THERE, _NOTHING = "#14695c", "#5f5a52"
# Of an 11 px sans serif, nearly; the picture is told how wide its text is, so nothing overlaps.
_NARROW, _WIDE, _USUAL = 4.2, 9.6, 6.7
_PADDING = 7


@dataclass(frozen=True)
class Part:
    """A field of the badge: where it is, how wide it is and its text (px)."""

    text: str
    left: int
    width: int
    colour: str

    @property
    def middle(self) -> float:
        """Where its text is centred."""
        return self.left + self.width / 2

    @property
    def text_width(self) -> int:
        """Without the room beside it."""
        return self.width - 2 * _PADDING


@dataclass(frozen=True)
class Badge:
    """Parts from left to right."""

    parts: tuple[Part, ...]

    @property
    def said(self) -> str:
        """Everything, for those who do not see it."""
        return ": ".join(part.text for part in self.parts)

    @property
    def width(self) -> int:
        """Of the whole, in px."""
        return sum(part.width for part in self.parts)


def of_package(package: Package) -> Badge:
    """Its name, and the best version for each architecture."""
    found = {architecture: _version(package, architecture) for architecture in ARCHITECTURES}
    said = ", ".join(f"{architecture} {version}" for architecture, version in found.items() if version)
    return _badge(package.name, said)


def of_architecture(package: Package, architecture: str) -> Badge:
    """The architecture, and the best version for it."""
    cell = package.best(architecture)
    tested = ", tested" if cell and cell.tested else ""
    version = _version(package, architecture)
    return _badge(architecture, version and version + tested)


def _version(package: Package, architecture: str) -> str:
    cell = package.best(architecture)
    return str(cell.wheel.file.version) if cell and cell.wheel else ""


def _badge(label: str, said: str) -> Badge:
    left = Part(label, 0, _width(label), "#3b3833")
    text = said or "no wheel yet"
    return Badge((left, Part(text, left.width, _width(text), _THERE if said else _NOTHING)))


def _width(text: str) -> int:
    wide = sum(_NARROW if c in "fijlrt.,:|1 " else _WIDE if c in "mwMW" else _USUAL for c in text)
    return round(wide) + 2 * _PADDING
