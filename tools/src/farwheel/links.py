"""The links of a project's page in a simple index, read from HTML (PEP 503).

Such a page has thousands of them, so this reads nothing else of it; a parser that builds a tree takes four
times as long.
"""

from html.parser import HTMLParser
from urllib.parse import urljoin


class Link:
    """One `<a>`: text, absolute URL without its fragment, the fragment, attributes ("" for bare ones)."""

    def __init__(self, base: str, attributes: dict[str, str]) -> None:
        address, _, self.fragment = attributes["href"].partition("#")
        # Resolving what needs no resolving would be half of the work.
        self.url = address if address.startswith(("http://", "https://")) else urljoin(base, address)
        self.attributes = attributes
        self.text = ""


class _Reader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.links: list[Link] = []
        self._base = url
        self._open: Link | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in attributes:
            self._open = Link(self._base, attributes)
            self.links.append(self._open)
        elif tag == "base" and "href" in attributes:
            self._base = urljoin(self._base, attributes["href"])
        elif tag == "meta" and attributes.get("name") == "pypi:repository-version":
            _check(attributes.get("content", ""))

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._open = None


def read(text: str, url: str) -> list[Link]:
    """The links in the page's order, relative ones resolved against its `<base>` or `url`.

    ValueError for a page of a later version of the standard than 1.x, and for what is no HTML.
    """
    reader = _Reader(url)
    try:
        # Of tags that never end, Python's parser looks for the end of each, to the end of the page.
        reader.feed(text[: text.rfind(">") + 1])
        reader.close()
    except AssertionError as error:
        # So says the parser what it makes nothing of: <![x>
        raise ValueError(f"the page is no HTML: {error}") from None
    return reader.links


def _check(version: str) -> None:
    if version.partition(".")[0] != "1":
        raise ValueError(f"the page is in version {version!r} of the simple index, which is not known here")
