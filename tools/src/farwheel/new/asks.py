"""The native libraries that a source release asks for, as far as its build files say so in plain words."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from farwheel.new import syntax

# What every target has, what is no library, and what comes as a build requirement from the package index.
_GIVEN = {
    *(
        "c",
        "m",
        "dl",
        "rt",
        "pthread",
        "util",
        "stdc++",
        "gcc",
        "gcc_s",
        "atomic",
        "gomp",
        "threads",
        "openmp",
    ),
    *("python", "python3", "python-3", "numpy", "cython", "pybind11", "nanobind", "cppy", "skbuild", "f2py"),
    *("pkgconfig", "git", "pythonextensions", "pythoninterp", "pythonlibs", "ccache", "ninja", "vcvars"),
}
_OTHER_SYSTEMS = re.compile(r"win|\bnt\b|darwin|mac|apple|osx|bsd|sun|aix|msvc|android", re.IGNORECASE)
# The same of the parts of a function's name: finalize_win32, get_config_darwin.
_FOR_OTHERS = re.compile(r"win(32|64|dows)?|nt|darwin|mac(os|osx)?|osx|msvc|mingw\w*|android", re.IGNORECASE)
# self.libraries, settings["libraries"]
_LIBRARIES = r"\blibraries\b['\"]?\]?"
# What they are called in nix/libs, where it is something else; "lib" in front makes no difference.
_ALIASES = {
    "z": "zlib",
    "bz2": "bzip2",
    "lzma": "xz",
    "liblzma": "xz",
    "sqlite3": "sqlite",
    "yaml-0.1": "libyaml",
}
_ALIASES |= dict.fromkeys(("ssl", "crypto", "libssl", "libcrypto"), "openssl")
_HEADERS = {"bzip2": "bzlib.h", "sqlite": "sqlite3.h", "xz": "lzma.h", "openssl": "opensslv.h"}

_CMAKE = {
    "find_package": re.compile(r"^[ \t]*find_package\s*\(\s*([\w+.-]+)", re.IGNORECASE | re.MULTILINE),
    "find_library": re.compile(
        r"^[ \t]*find_library\s*\(\s*\w+\s+(?:NAMES\s+)?([\w+.-]+)", re.IGNORECASE | re.MULTILINE
    ),
    "pkg_check_modules": re.compile(
        r"^[ \t]*(?i:pkg_check_modules)\s*\(\s*\w+\s+(?:[A-Z_]{3,}\s+)*([\w+.-]+)", re.MULTILINE
    ),
}
_MESON = {
    "dependency": re.compile(r"\bdependency\(\s*'([^']+)'"),
    "find_library": re.compile(r"\bfind_library\(\s*'([^']+)'"),
}


@dataclass(frozen=True, order=True)
class Ask:
    """A library as a build file calls it (`yaml`, `ZLIB`), how it is asked for, and where (`setup.py:12`)."""

    name: str
    how: str
    where: str


def read(top: Path) -> list[Ask]:
    """What the build files of an unpacked release ask for, sorted, each name once."""
    files = [file for file in _files(top) if file.is_file()]
    found = [ask for file in files for ask in _read(file, str(file.relative_to(top)))]
    first = {ask.name.lower(): ask for ask in reversed(found) if ask.name.lower() not in _GIVEN}
    return sorted(first.values())


def ours(name: str, libraries: Iterable[str]) -> str:
    """What a library is called among `libraries`, "" where it is not there."""
    wanted = _ALIASES.get(name.lower(), name.lower()).removeprefix("lib")
    return next((one for one in libraries if one.removeprefix("lib") == wanted), "")


def is_carried(name: str, top: Path) -> bool:
    """Whether the release brings a library's header, so most likely the whole library."""
    known = _ALIASES.get(name.lower(), name.lower())
    header = _HEADERS.get(known, f"{known.removeprefix('lib')}.h")
    return any(file.name.lower() == header for file in top.rglob("*.h"))


def _files(top: Path) -> Iterator[Path]:
    """Build files at the top, meson's further down too; other deeper ones are of what the release carries."""
    yield from sorted(top.glob("*.py"))
    yield from sorted([*top.glob("CMakeLists.txt"), *top.glob("cmake/*.cmake"), *top.glob("*.cmake")])
    if (top / "meson.build").exists():
        for file in sorted(top.rglob("meson.build")):
            if "subprojects" not in file.relative_to(top).parts:
                yield file


def _read(file: Path, where: str) -> list[Ask]:
    text = file.read_text(encoding="utf-8", errors="replace")
    if file.suffix == ".py":
        return _python(text, where)
    patterns = _MESON if file.name == "meson.build" else _CMAKE
    return [
        Ask(match[1], how, f"{where}:{text.count(chr(10), 0, match.start()) + 1}")
        for how, pattern in patterns.items()
        for match in pattern.finditer(text)
    ]


def _python(text: str, where: str) -> list[Ask]:
    try:
        return [Ask(name, how, f"{where}:{line}") for name, how, line in _walk(syntax.parse(text))]
    except RecursionError:
        return []


def _walk(node: ast.AST) -> Iterator[tuple[str, str, int]]:
    """(name, how, line) of libraries, but for those in functions and branches for other systems."""
    if isinstance(node, ast.FunctionDef) and any(map(_FOR_OTHERS.fullmatch, node.name.split("_"))):
        return
    if isinstance(node, ast.Call):
        yield from _call(node)
    yield from ((name, "libraries", list_.lineno) for list_ in _lists(node) for name in _strings(list_))
    sides = _ours(node.test, node.body, node.orelse) if isinstance(node, ast.If) else None
    for child in ast.iter_child_nodes(node) if sides is None else sides:
        yield from _walk(child)


def _lists(node: ast.AST) -> Iterator[ast.expr]:
    """What is called `libraries`: an argument, an attribute or a variable, a key."""
    if isinstance(node, ast.keyword) and node.arg == "libraries":
        yield node.value
    elif isinstance(node, ast.Assign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if any(re.search(f"{_LIBRARIES}$", ast.unparse(target)) for target in targets):
            yield node.value
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "libraries":
                yield value


def _call(node: ast.Call) -> Iterator[tuple[str, str, int]]:
    called = ast.unparse(node.func)
    words = [name for argument in node.args for name in _strings(argument)]
    if re.search(rf"{_LIBRARIES}\.(append|extend|insert)$", called):
        yield from ((word, "libraries", node.lineno) for word in words)
    elif re.search(r"pkg_?config", called, re.IGNORECASE):
        yield from ((word, "pkg-config", node.lineno) for word in words[:1] if not word.startswith("-"))
    elif words and words[0].endswith("pkg-config"):
        names = (word for word in words[1:] if re.fullmatch(r"\w[\w+.-]*", word))
        yield from ((word, "pkg-config", node.lineno) for word in names)


def _strings(node: ast.AST) -> list[str]:
    """The literal words in an expression: of a list, or of what a condition has for Linux."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) and node.value else []
    if isinstance(node, ast.List | ast.Tuple):
        return [word for item in node.elts for word in _strings(item)]
    if isinstance(node, ast.BinOp):
        return _strings(node.left) + _strings(node.right)
    if isinstance(node, ast.IfExp):
        return [word for side in _ours(node.test, [node.body], [node.orelse]) for word in _strings(side)]
    return []


def _ours(test: ast.expr, body: Iterable[ast.AST], orelse: Iterable[ast.AST]) -> list[ast.AST]:
    """What of a condition's two sides may be for Linux."""
    text = ast.unparse(test)
    negated = "!=" in text or re.search(r"\bnot\b", text) is not None
    if "linux" in text.lower():
        return [*orelse] if negated else [*body]
    if _OTHER_SYSTEMS.search(text):
        return [*body] if negated else [*orelse]
    return [*body, *orelse]
