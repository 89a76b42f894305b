"""The pages as files: one for the index, one for each package, receipts, badges, a feed."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from farwheel import interpreter
from farwheel.index.model import Index
from farwheel.index.pages import badge, given, recipes
from farwheel.index.pages.feed import feed
from farwheel.index.pages.given import Closure, Release
from farwheel.index.pages.grid import Grid, Package, grid
from farwheel.index.pages.recipes import Recipe
from farwheel.index.pages.wheel import ARCHITECTURES
from farwheel.index.write import at

_HERE = Path(__file__).parent
_KILO = 1000
# In the grid; the whole is on the package's page.
_SUMMARY = 64
# What everybody knows, to show how an install looks.
_EXAMPLE = "numpy"


@dataclass(frozen=True)
class Facts:
    """What the pages tell besides the index itself."""

    recipes: Mapping[str, Recipe]
    pythons: Mapping[str, str]
    newest: Mapping[str, Release]
    closures: tuple[Closure, ...] = ()

    @classmethod
    def read(cls, repository: Path, upstream: Path | None = None, audit: Path | None = None) -> "Facts":
        """The tables of a repository, and the files that the caller gives (see `given`), if any."""
        return cls(
            recipes.read(repository / "pkgs"),
            interpreter.versions(repository),
            given.releases(upstream),
            given.closures(audit),
        )


def write(
    index: Index, out: Path, facts: Facts, *, url: str = "", files_url: str = "", repository: str = ""
) -> None:
    """Write the pages into the folder `out`: what they say depends on the arguments only, never on the day.

    `url` is where the folder will be published: the feed, and readers without JavaScript, need it. With
    `files_url` the wheels are there (see `farwheel.index.write.at`), otherwise they are in out/files.
    `repository` is the URL of the recipes' repository on GitHub, for links to them, to updates of theirs that
    are open, and to where people ask for a package.
    """
    found = grid(index, facts.recipes, facts.pythons, facts.newest)
    _Site(out, found, facts, url, files_url, repository.rstrip("/")).write()


class _Site:
    def __init__(
        self, out: Path, found: Grid, facts: Facts, url: str, files_url: str, repository: str
    ) -> None:
        self._out = out
        self._grid = found
        self._closures: dict[str, dict[tuple[str, str], Closure]] = {}
        for closure in facts.closures:
            rows = self._closures.setdefault(closure.name, {})
            rows[closure.architecture, closure.python] = closure
        self._url = f"{url.rstrip('/')}/" if url else ""
        self._files_url = files_url
        self._repository = repository
        self._environment = _environment()

    def write(self) -> None:
        (self._out / "assets").mkdir()
        for path in (_HERE / "assets").iterdir():
            shutil.copyfile(path, self._out / "assets" / path.name)
        self._page("index.html", "index.html", "", closures=self._closures, example=self._example)
        if self._closures:
            (self._out / "closures").mkdir()
            self._page("closures.html", "closures/index.html", "../", closures=self._closures)
        self._render("feed.xml", "feed.xml", feed=feed(self._grid, self._url), url=self._url)
        (self._out / "receipts").mkdir()
        for package in self._grid.packages:
            folder = f"project/{package.name}"
            (self._out / folder).mkdir(parents=True)
            files = at(self._files_url, package.name)
            self._page("project.html", f"{folder}/index.html", "../../", package=package, files=files)
            self._badges(package, folder)
            self._receipts(package)

    @property
    def _example(self) -> str:
        offered = [package.name for package in self._grid.packages if package.version]
        return _EXAMPLE if _EXAMPLE in offered or not offered else offered[0]

    def _badges(self, package: Package, folder: str) -> None:
        self._render("badge.svg", f"{folder}/badge.svg", badge=badge.of_package(package))
        for architecture in ARCHITECTURES:
            made = badge.of_architecture(package, architecture)
            self._render("badge.svg", f"{folder}/{architecture}.svg", badge=made)

    def _receipts(self, package: Package) -> None:
        for wheel in package.wheels:
            if wheel.receipt and wheel.file.entry:
                file = wheel.file
                said = {"file": file.filename, "sha256": file.sha256, "tests": wheel.file.entry.tests}
                text = json.dumps(said, sort_keys=True, indent=1) + "\n"
                (self._out / "receipts" / f"{file.filename}.json").write_text(text, encoding="ascii")

    def _page(self, template: str, file: str, root: str, **what: Any) -> None:
        common = {"grid": self._grid, "root": root, "url": self._url, "repository": self._repository}
        self._render(template, file, **common, **what)

    def _render(self, template: str, file: str, **what: Any) -> None:
        text = self._environment.get_template(template).render(**what)
        # JSON can hold half a character, which is no text.
        (self._out / file).write_text(text, encoding="utf-8", errors="replace")


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"quote": quote, "size": _size, "short": _short, "times": _times}
    environment.filters["sentence"] = _sentence
    environment.globals |= {"assets": _versions(), "architectures": ARCHITECTURES}
    return environment


def _versions() -> dict[str, str]:
    """Asset -> its name with what makes a browser fetch it anew when it has changed."""
    return {
        path.name: f"{path.name}?{hashlib.sha256(path.read_bytes()).hexdigest()[:8]}"
        for path in sorted((_HERE / "assets").iterdir())
    }


def _size(count: int) -> str:
    """Bytes as people say them: 512 B, 26 kB, 10.7 MB."""
    if count < _KILO:
        return f"{count} B"
    if count < _KILO**2:
        return f"{count / _KILO:.0f} kB"
    return f"{count / _KILO**2:.1f} MB"


def _short(text: str) -> str:
    """The beginning of a text, whole words of it where it has words."""
    if len(text) <= _SUMMARY:
        return text
    beginning = text[:_SUMMARY]
    return (beginning.rpartition(" ")[0] or beginning).rstrip(" ,.;:") + "…"


def _times(count: int) -> str:
    """Once, twice, 3 times."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _sentence(text: str) -> str:
    """With a capital letter; the others stay."""
    return text[:1].upper() + text[1:]
