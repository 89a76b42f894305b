"""What a package says about itself, made harmless: its METADATA is written by strangers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from farwheel.index import metadata

_LONGEST_TEXT, _LONGEST_LABEL, _LONGEST_URL = 300, 40, 500
_MOST_LINKS = 8


@dataclass(frozen=True)
class Link:
    """`url` begins with http:// or https://."""

    label: str
    url: str


@dataclass(frozen=True)
class About:
    """One line of text each; `license` is an SPDX expression, or whatever upstream calls it, or ""."""

    summary: str = ""
    license: str = ""
    links: tuple[Link, ...] = ()


def read(content: bytes) -> About:
    """What METADATA says, cut to size, without characters that change how others look."""
    fields = metadata.fields(content)
    licence = fields.get("License-Expression") or fields.get("License") or ""
    return About(
        summary=_line(fields.get("Summary", ""), _LONGEST_TEXT),
        # Before PEP 639 some put the whole text of their licence there.
        license=_line(licence, _LONGEST_LABEL) if "\n" not in licence.strip() else "",
        links=tuple(_links(fields.get_all("Project-URL", []), fields.get("Home-page", ""))),
    )


def _links(project_urls: Iterable[str], home_page: str) -> Iterator[Link]:
    said = [text.partition(",")[::2] for text in project_urls] + [("Homepage", home_page)]
    seen: set[str] = set()
    for label, url in ((_line(label, _LONGEST_LABEL), url.strip()) for label, url in said):
        if _is_web(url) and url.rstrip("/") not in seen and len(seen) < _MOST_LINKS:
            seen.add(url.rstrip("/"))
            yield Link(label or url, url)


def _is_web(url: str) -> bool:
    """Whether it leads to where it seems to: http(s), a host with no name before it, plain characters."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and "@" not in parts.netloc
        and url.isascii()
        and url.isprintable()
        and not set(url) & set(" \"'<>\\`")
        and len(url) <= _LONGEST_URL
    )


def _line(text: str, longest: int) -> str:
    """The text in one line, without what cannot be seen, such as turns of the direction of writing."""
    words = "".join(c if c.isprintable() else " " if c.isspace() else "" for c in text).split()
    line = " ".join(words)
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
