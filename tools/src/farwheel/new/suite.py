"""Upstream's tests in a source release, and what they need: a guess from names and imports."""

import ast
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from farwheel import sdist
from farwheel.new import syntax

_EXTRAS = re.compile(r"(unit|all)?[-_]?(tests?|testing|dev|develop(ment)?)([-_]\w+)?")
_FILES = re.compile(
    r"((unit|dev)[-_])?(requirements[-_])?(tests?|dev|testing)([-_]requirements|[-_]\w+)?\.(txt|in)"
)
# Plugins that judge, hurry, shuffle or decorate; our suite has its own workers, timeouts and order.
_NOT_NEEDED = {
    "pytest",
    *(f"pytest-{name}" for name in ("cov", "sugar", "timeout", "xdist", "rerunfailures")),
    *("pytest-randomly", "pytest-random-order"),
}
# The newest without compiled code.
_INSTEAD = {"hypothesis": "hypothesis<6.150"}
_MODULES = {"pillow": "pil", "attrs": "attr", "beautifulsoup4": "bs4"}


_NAMES = {"test", "tests", "testing"}
# Below these are projects of others, with tests of their own.
_OF_OTHERS = {"third_party", "vendor", "vendored", "extern", "external", "deps", "subprojects", "submodules"}
# Of files that refer to others by -r, one to the next.
_MOST = 100
_COMPILED = {".c", ".cc", ".cpp", ".cxx", ".pyx"}


@dataclass(frozen=True)
class Suite:
    """`files` of the release and what pytest is to `select`, as in a recipe; both None without tests.

    `requires` are test requirements by name; `unknown` are modules that tests import and nothing provides;
    `extensions` are modules that are compiled for the tests, inside the package.
    """

    files: list[str] | None = None
    select: list[str] | None = None
    requires: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()


def read(top: Path, project: str, requires_dist: Iterable[str]) -> Suite:
    """The tests of an unpacked release of a project, whose PKG-INFO has these requirements, extras too."""
    folder = _folder(top)
    if folder is None:
        return Suite()
    module = _module(top, folder, project)
    relative = str(folder.relative_to(top))
    shared = ["conftest.py"] if not module and (top / "conftest.py").exists() else []
    declared = {canonicalize_name(one.name) for one in _declared(top, requires_dist)} - _NOT_NEEDED
    files = [
        file
        for file in sorted(folder.rglob("*.*"))
        if file.is_file() and _NAMES & {*map(str.lower, file.relative_to(top).parts[:-1])}
    ]
    texts = [file.read_text(encoding="utf-8", errors="replace") for file in files if file.suffix == ".py"]
    imported = {name for text in texts for name in _imports(text)}
    run = {
        canonicalize_name(one.name)
        for text in requires_dist
        if "extra" not in text
        for one in _requirement(text)
    }
    required = {name for name in declared - run - {project} if _is_used(name, imported, texts)}
    there = {"pytest", "_pytest", *_local(top), *map(_as_module, {project} | required | run)}
    return Suite(
        [] if module else [relative, *shared],
        ["--pyargs", module] if module else [relative],
        tuple(sorted(_INSTEAD.get(name, name) for name in required)),
        tuple(sorted({name for name in imported if not _provided(name, there)})),
        tuple(sorted(_extensions(files, folder, module))) if module else (),
    )


def _folder(top: Path) -> Path | None:
    """The folder that holds tests: the one that is least deep, `tests` before others.

    Or the package itself, where more of them lie in folders all over it.
    """
    files = {
        file
        for file in (*top.rglob("test_*.py"), *top.rglob("*_test.py"))
        if _OF_OTHERS.isdisjoint(file.relative_to(top).parts)
    }
    named = {
        parent
        for file in files
        for parent in file.parents
        if parent.name.lower() in _NAMES and top in parent.parents
    }
    first = min(
        named,
        key=lambda path: (len(path.relative_to(top).parts), path.name.lower() != "tests", str(path)),
        default=None,
    )
    if first is None:
        return None
    packages = Counter(_package(top, folder) for folder in named if not folder.is_relative_to(first))
    package, folders = max(packages.items(), key=lambda item: item[1], default=(None, 0))
    inside = sum(file.is_relative_to(first) for file in files)
    beyond = sum(package is not None and file.is_relative_to(package) for file in files)
    return package if package and folders > 1 and beyond > inside else first


def _package(top: Path, folder: Path) -> Path | None:
    """The outermost package that a folder of tests is in."""
    found = None
    while (folder / "__init__.py").exists() and folder != top:
        found, folder = folder, folder.parent
    return found if found and found.name.lower() not in _NAMES else None


def _module(top: Path, folder: Path, project: str) -> str:
    """The module that the folder is when it is the package or a part of it, "" when it lies beside it."""
    outermost = _package(top, folder)
    if outermost is None:
        return ""
    # Namespace packages have nothing to know them by but the project's name (zope-interface).
    while f"{outermost.parent.name}-{outermost.name}".lower() in project:
        outermost = outermost.parent
    return ".".join(folder.relative_to(outermost.parent).parts)


def _extensions(files: Iterable[Path], folder: Path, module: str) -> set[str]:
    compiled = [file for file in files if file.suffix in _COMPILED]
    return {".".join((module, *file.relative_to(folder).with_suffix("").parts)) for file in compiled}


def _declared(top: Path, requires_dist: Iterable[str]) -> Iterator[Requirement]:
    for text in requires_dist:
        extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)", text)
        if extra and _EXTRAS.fullmatch(extra[1].lower()):
            yield from _requirement(text)
    with suppress(OSError, ValueError, AttributeError, TypeError):
        groups = tomllib.loads((top / "pyproject.toml").read_text(encoding="utf-8")).get(
            "dependency-groups", {}
        )
        for name, entries in groups.items():
            if _EXTRAS.fullmatch(name.lower()):
                for entry in entries:
                    yield from _requirement(entry if isinstance(entry, str) else "")
    for file in [
        *top.glob("*.txt"),
        *top.glob("*.in"),
        *top.glob("*requirements/*"),
        *top.glob("tests/*.txt"),
    ]:
        if _FILES.fullmatch(file.name):
            yield from _lines(file, top, set())


def _lines(file: Path, top: Path, seen: set[Path]) -> Iterator[Requirement]:
    """The requirements in a file, and in those of the release that it refers to by -r, each once."""
    there = sdist.within(top, file)
    if there is None or there in seen or not there.is_file():
        return
    seen.add(there)
    for line in there.read_text(encoding="utf-8", errors="replace").splitlines():
        if (other := re.match(r"-r\s*(\S+)", line)) and len(seen) < _MOST:
            yield from _lines(there.parent / other[1], top, seen)
        else:
            yield from _requirement(line.partition(" #")[0].partition(" --hash")[0])


def _requirement(text: str) -> Iterator[Requirement]:
    with suppress(InvalidRequirement):
        yield Requirement(text.rstrip("\\ "))


def _imports(text: str) -> set[str]:
    """The top-level modules that a file imports, but for Python's own and those that it can do without."""
    names = set()
    for node in _certain(syntax.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names)


def _certain(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes outside of functions, conditions and of what may fail."""
    left = [node]
    while left:
        one = left.pop()
        yield one
        if not isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.If | ast.Try):
            left.extend(ast.iter_child_nodes(one))


def _is_used(name: str, imported: set[str], texts: list[str]) -> bool:
    """Whether tests import a project, or speak of what a pytest plugin brings (pytest-mock: mocker)."""
    if plugin := re.fullmatch(r"pytest-(\w+)(-\w+)*", name):
        word = re.compile(rf"\b{plugin[1]}")
        return any(word.search(text) for text in texts)
    return any(_same(module, _as_module(name)) for module in imported)


def _provided(module: str, there: set[str]) -> bool:
    return any(_same(module, one) for one in there)


def _same(module: str, known: str) -> bool:
    """yaml and pyyaml, dateutil and python_dateutil are the same."""
    return known in {module.lower(), f"py{module.lower()}", f"python_{module.lower()}"}


def _as_module(project: str) -> str:
    return _MODULES.get(project, project.replace("-", "_"))


def _local(top: Path) -> set[str]:
    """All that the release itself has modules of."""
    paths = [PurePosixPath(file.relative_to(top)) for file in top.rglob("*.py")]
    return {part.removesuffix(".py").lower() for path in paths for part in path.parts}
