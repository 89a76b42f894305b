"""An index's pages for people, parsed."""

from html.parser import HTMLParser
from pathlib import Path

# What HTML does not close.
VOID = {"meta", "link", "img", "input", "br", "col"}
# What HTML closes by itself; the grid makes use of it.
CLOSED = {"tr", "th", "td"}


class Page(HTMLParser):
    """A page's elements, and the text of each row of its grid."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.rows: list[list[str]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag == "tr":
            self.rows.append([])
        if tag in {"th", "td"} and self.rows:
            self.rows[-1].append("")
        if tag not in VOID | CLOSED:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in CLOSED:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.rows and self.rows[-1] and "table" in self._open:
            self.rows[-1][-1] += data

    def attributes(self, name: str) -> list[str]:
        return [found[name] for _, found in self.elements if name in found]


def page(out: Path, name: str = "") -> Page:
    return Page((out / (f"project/{name}" if name else "") / "index.html").read_text())


def cells(out: Path) -> dict[str, str]:
    """Package -> how its cells stand, architecture by architecture."""
    found: dict[str, str] = {}
    for tag, attributes in page(out).elements:
        if tag == "a" and attributes["href"].startswith("project/"):
            name = attributes["href"].split("/")[1]
            found[name] = ""
        elif tag == "td" and "class" in attributes:
            found[name] += attributes["class"]
    return found
