"""What a recipe is made from: one look at the sdist, another at the wheels that upstream makes of it."""

import ast
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.metadata import RawMetadata, parse_email
from packaging.requirements import InvalidRequirement, Requirement
from packaging.tags import Tag

from farwheel import sdist
from farwheel.new import asks, suite, syntax
from farwheel.new.asks import Ask
from farwheel.new.suite import Suite

_SOURCES = {*(".c", ".cc", ".cpp", ".cxx", ".pyx", ".rs", ".f", ".f90", ".for", ".s", ".asm")}
_CODE = {".py", ".pyi", ".h"}
_NOT_BUILT = {"doc", "docs", "example", "examples", "test", "tests"}
# What scikit-build-core asks for when metadata come from one of its providers.
_PROVIDERS = {
    "scikit_build_core.metadata.fancy_pypi_readme": "hatch-fancy-pypi-readme>=23.2",
    "scikit_build_core.metadata.setuptools_scm": "setuptools-scm",
}
_LICENSES = re.compile(r"(licen[cs]e|copying|notice)", re.IGNORECASE)


@dataclass(frozen=True)
class Survey:
    """What is known about a release before anything is built.

    license      as its metadata say, "" where they do not
    unlisted     files with a license that the metadata do not list, so the wheel may lack them
    asks         native libraries, each with whether the release carries it
    build_requires  requirements that its build asks for by program, not in [build-system]
    compiled     whether it has sources that nothing but a compiler reads (Cython may compile .py too)
    """

    facts: sdist.Facts
    license: str
    unlisted: list[str]
    asks: dict[Ask, bool]
    build_requires: list[str]
    compiled: bool
    suite: Suite


def read(archive: Path, project: str) -> Survey:
    """Look at a release; nothing of it is run. FarwheelError when it cannot be read, or is hostile."""
    facts = sdist.read(archive)
    with tempfile.TemporaryDirectory(prefix="farwheel-") as folder:
        top = sdist.extract(archive, Path(folder))
        info = top / "PKG-INFO"
        metadata = parse_email(info.read_bytes() if info.is_file() else b"")[0]
        return Survey(
            facts,
            _license(metadata),
            _unlisted(top, metadata.get("license_files", [])),
            {ask: asks.is_carried(ask.name, top) for ask in asks.read(top)},
            _dynamic(top, facts.build_system),
            any(file.suffix.lower() in _SOURCES for file in top.rglob("*.*")),
            suite.read(top, project, facts.requires_dist),
        )


def is_pure(wheels: Iterable[frozenset[Tag]]) -> bool:
    """Whether upstream makes wheels, and all of them for any machine."""
    platforms = {tag.platform for tags in wheels for tag in tags}
    return platforms == {"any"}


def is_abi3(wheels: Iterable[frozenset[Tag]]) -> bool:
    """Whether upstream's wheels use the stable ABI, but for those of a CPython without a GIL."""
    abis = {tag.abi for tags in wheels for tag in tags}
    return "abi3" in abis and not any(re.fullmatch(r"cp3\d+", abi) for abi in abis)


def _license(metadata: RawMetadata) -> str:
    classifiers = [
        text.rpartition(" :: ")[2] for text in metadata.get("classifiers", []) if "License ::" in text
    ]
    said = metadata.get("license_expression") or metadata.get("license", "").strip()
    # Some have the whole text there.
    return said if said and "\n" not in said else ", ".join(classifiers)


def _unlisted(top: Path, listed: Iterable[str]) -> list[str]:
    files = [file for file in top.rglob("*") if _LICENSES.match(file.name) and file.is_file()]
    paths = [file.relative_to(top) for file in files if file.suffix not in _CODE]
    deep = {str(path) for path in paths if len(path.parts) > 1 and _NOT_BUILT.isdisjoint(path.parts)}
    return sorted(deep - set(listed))


def _dynamic(top: Path, system: sdist.BuildSystem) -> list[str]:
    """What a backend, in-tree or scikit-build-core, or setup.py asks for when it runs, as their texts say."""
    declared = {_name(text) for text in system.requires}
    texts: list[str] = []
    for folder in system.backend_path:
        there = sdist.within(top, top / folder)
        files = [file for file in there.rglob("*.py") if file.is_file()] if there else []
        # Cython is what such backends are there for.
        texts += [text for file in files for text in _words(_tree(file)) if _name(text) == "cython"]
    if system.backend.startswith("setuptools") and (top / "setup.py").is_file():
        texts += _setup_requires(top / "setup.py")
    if "scikit-build-core" in declared:
        pyproject = (top / "pyproject.toml").read_text(encoding="utf-8", errors="replace")
        texts += [needed for provider, needed in _PROVIDERS.items() if provider in pyproject]
    # The one that says most of each.
    chosen = {_name(text): text for text in sorted(texts, key=len)}
    return sorted(text for name, text in chosen.items() if name not in declared)


def _setup_requires(file: Path) -> Iterator[str]:
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.keyword) and node.arg == "setup_requires":
            yield from (text for text in _words(node.value) if _name(text))


def _words(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _tree(file: Path) -> ast.AST:
    return syntax.parse(file.read_text(encoding="utf-8", errors="replace"))


def _name(text: str) -> str:
    try:
        return Requirement(text).name.lower()
    except InvalidRequirement:
        return ""
