"""Source archives from strangers: looked at before anything is done with them."""

import gzip
import os
import re
import tarfile
import tomllib
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, TypeGuard

from farwheel import metadata
from farwheel.errors import FarwheelError

# Far above every real source release (the largest have some 30,000 files and 500 MB).
MAX_MEMBERS = 200_000
MAX_BYTES = 4 << 30
# Text packs about 10:1, generated C 30:1, a bomb 1000:1; small archives may do as they like.
MAX_RATIO = 200
RATIO_FREE_BYTES = 64 << 20
_MAX_TEXT = 4 << 20
# What file systems take, less the folder that it is unpacked to.
_MAX_NAME, _MAX_PATH = 255, 3000

# Whose run-time libraries a build may ask for, by the names of its sources.
_LANGUAGES = {
    "c++": {".c++", ".cc", ".cpp", ".cxx", ".h++", ".hh", ".hpp", ".hxx"},
    "fortran": {".f", ".f03", ".f08", ".f77", ".f90", ".f95", ".for"},
}
# Cython writes C++ where one of these says so.
_CYTHON = {".pxd", ".pyx", ".py", ".toml", ".build"}
_CYTHON_CXX = re.compile(rb"language\s*=\s*[\"']?c\+\+|from\s+libcpp|cython_language=cpp")
# CMake tries a C++ compiler unless it is told which languages a project is in.
_CMAKE_PROJECT = re.compile(
    rb"^[^\S\n]*(?:project|enable_language)\s*\(([^)]*)\)", re.IGNORECASE | re.MULTILINE
)
_CMAKE_LANGUAGES = {b"LANGUAGES", b"C", b"NONE", b"Fortran"}
# Build requirements that mean Rust.
_RUST = re.compile(r"(maturin|setuptools[-_]rust)\b", re.IGNORECASE)

_HINT = "do not use this file; report it to the project or to its index"


@dataclass(frozen=True)
class BuildSystem:
    """How a source release wants to be built: `[build-system]` of its pyproject.toml (PEP 517, 518)."""

    requires: list[str] = field(default_factory=lambda: ["setuptools>=40.8.0"])
    backend: str = "setuptools.build_meta:__legacy__"
    backend_path: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Facts:
    """What a source release says about itself; `cargo` is the Cargo.toml of its Rust part, "" without one.

    The rest is as in `Metadata`.
    """

    build_system: BuildSystem
    requires_python: str
    requires_dist: list[str]
    languages: list[str]
    cargo: str = ""
    name: str = ""
    version: str = ""
    urls: dict[str, str] = field(default_factory=dict)
    complete: bool = True


def read(sdist: Path) -> Facts:
    """Check the whole archive (see `members`) and read its pyproject.toml and PKG-INFO.

    `languages` is "c" and what its sources suggest of "c++" and "fortran": rather one too many than too few.
    """
    texts: dict[str, bytes] = {}
    languages = {"c"}
    manifests = []
    with _open(sdist) as archive:
        for member in _checked(sdist.name, archive):
            path = PurePosixPath(member.name)
            languages |= {name for name, suffixes in _LANGUAGES.items() if path.suffix.lower() in suffixes}
            if path.name == "Cargo.toml":
                manifests.append(PurePosixPath(*path.parts[1:]))
            ours = path.name in {"pyproject.toml", "PKG-INFO"} and path.parent.parent == PurePosixPath()
            cmake = path.name == "CMakeLists.txt"
            if not member.isreg() or not (ours or cmake or path.suffix in _CYTHON):
                continue
            content = archive.extractfile(member)
            text = content.read(_MAX_TEXT) if content else b""
            if ours:
                texts[path.name] = text
            if _cmake_cxx(text) if cmake else _CYTHON_CXX.search(text):
                languages.add("c++")
    system = BuildSystem()
    if "pyproject.toml" in texts:
        system = parse_build_system(texts["pyproject.toml"], f"{sdist.name}: pyproject.toml")
    pyproject = texts.get("pyproject.toml", b"")
    said = metadata.read(texts.get("PKG-INFO"), pyproject)
    cargo = _cargo(system, pyproject, manifests)
    return Facts(system, languages=sorted(languages), cargo=cargo, **asdict(said))


def _cmake_cxx(text: bytes) -> bool:
    """Whether a project in a CMakeLists.txt is in C++, by its own words or for want of any."""
    # Where there is no bracket to come, each project would be looked for to the end.
    end = text.rfind(b")") + 1
    projects = [set(found[1].split()) for found in _CMAKE_PROJECT.finditer(text, 0, end)]
    return any(b"CXX" in words or not words & _CMAKE_LANGUAGES for words in projects)


def _cargo(system: BuildSystem, pyproject: bytes, manifests: list[PurePosixPath]) -> str:
    """The Cargo.toml that the backend builds: the one that maturin is told, else the outermost."""
    if not any(_RUST.match(requirement) for requirement in system.requires) or not manifests:
        return ""
    outermost = min(manifests, key=lambda path: (len(path.parts), path))
    try:
        settings = tomllib.loads(pyproject.decode("utf-8")).get("tool", {}).get("maturin", {})
        chosen = PurePosixPath(settings.get("manifest-path", outermost))
    except (AttributeError, TypeError):
        raise FarwheelError("[tool.maturin] of its pyproject.toml is malformed", _HINT) from None
    if chosen not in manifests:
        raise FarwheelError(f"maturin's manifest-path {str(chosen)!r} is not in the release", _HINT)
    return str(chosen)


def parse_build_system(text: bytes, where: str) -> BuildSystem:
    """`[build-system]` of a pyproject.toml, with the defaults that the standards give."""
    try:
        document = tomllib.loads(text.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FarwheelError(
            f"{where} cannot be read: {error}", "ask the project for a repaired release"
        ) from None
    table: Any = document.get("build-system", {"requires": BuildSystem().requires})
    if isinstance(table, dict):
        requires, backend = table.get("requires"), table.get("build-backend", BuildSystem().backend)
        backend_path = table.get("backend-path", [])
        if _are_strings(requires) and _are_strings(backend_path) and isinstance(backend, str):
            return BuildSystem(requires, backend, backend_path)
    raise FarwheelError(f"{where}: [build-system] is malformed", "ask the project for a repaired release")


def members(sdist: Path) -> list[str]:
    """The names of all members, after a check that unpacking them can harm nothing.

    Refuses, with FarwheelError: damaged archives, absolute names, `..`, two top folders, links that
    leave it or that other members pass through, devices, sparse files, and more members or bytes than any
    real release has.
    """
    with _open(sdist) as archive:
        return [member.name for member in _checked(sdist.name, archive)]


def extract(sdist: Path, folder: Path) -> Path:
    """Unpack a checked archive below `folder` and return its top folder; modes 644 and 755, no owners."""
    names = members(sdist)
    with _open(sdist) as archive:
        for member in archive:
            target = folder / member.name
            if member.isdir():
                target.mkdir(parents=True, exist_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            if member.issym():
                target.symlink_to(member.linkname)
            elif member.islnk():
                target.hardlink_to(folder / member.linkname)
            elif content := archive.extractfile(member):
                with target.open("xb") as out:
                    while chunk := content.read(1 << 20):
                        out.write(chunk)
                target.chmod(0o755 if member.mode & 0o100 else 0o644)
    return folder / PurePosixPath(names[0]).parts[0]


def within(top: Path, path: Path) -> Path | None:
    """What a path that an unpacked release names stands for; None for what leads nowhere, or out of `top`."""
    try:
        found = path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        # Missing, a circle of links, longer than a path can be, with a NUL in it.
        return None
    return found if found.is_relative_to(top.resolve()) else None


class _Guard:
    """A reader that stops when more comes out than can be honest."""

    def __init__(self, stream: gzip.GzipFile, packed: int, name: str) -> None:
        self._stream, self._name = stream, name
        self._left = min(MAX_BYTES, max(packed * MAX_RATIO, RATIO_FREE_BYTES))

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise FarwheelError(
                f"{self._name} unpacks to far more than its size warrants: an archive bomb", _HINT
            )
        return data


@contextmanager
def _open(sdist: Path) -> Iterator[tarfile.TarFile]:
    try:
        with gzip.open(sdist) as stream:
            guard: Any = _Guard(stream, sdist.stat().st_size, sdist.name)
            with tarfile.open(fileobj=guard, mode="r|", errorlevel=2) as archive:
                yield archive
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, ValueError, OverflowError) as error:
        raise FarwheelError(
            f"{sdist.name} is not a whole .tar.gz archive: {error}", "fetch it again"
        ) from error


def _checked(name: str, archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    # Whether it is a folder; None for a link, which a hard link would move to where it leaves the top folder.
    seen: dict[PurePosixPath, bool | None] = {}
    top = ""
    for count, member in enumerate(archive, 1):
        if count > MAX_MEMBERS:
            raise FarwheelError(f"{name} has more than {MAX_MEMBERS} members: an archive bomb", _HINT)
        path = PurePosixPath(member.name)
        top = top or (path.parts or ("",))[0]
        reason = _complaint(member, path, top, seen) or _too_long(member, path)
        if reason:
            raise FarwheelError(f"{name}: the member {member.name!r} {reason}", _HINT)
        seen[path] = None if member.issym() else member.isdir()
        yield member
    if not seen:
        raise FarwheelError(f"{name} is empty", _HINT)
    # Only now, as a link may come after what passes through it.
    for path in seen:
        if not all(seen.get(parent, True) for parent in path.parents):
            raise FarwheelError(f"{name}: the member {str(path)!r} passes through what is no folder", _HINT)


def _complaint(
    member: tarfile.TarInfo, path: PurePosixPath, top: str, seen: Mapping[PurePosixPath, bool | None]
) -> str:
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in member.name:
        return "leaves the folder that it is unpacked to"
    if path.parts[0] != top:
        return f"lies outside of the top folder {top!r}"
    if path in seen and not (seen[path] and member.isdir()):
        return "comes twice"
    if member.issym():
        return _symlink_complaint(path, member.linkname)
    if member.islnk():
        is_file = seen.get(PurePosixPath(member.linkname)) is False
        return "" if is_file else f"is a hard link to no earlier file ({member.linkname})"
    plain = (member.isreg() and not member.issparse()) or member.isdir()
    return "" if plain else "is neither a file, a folder nor a link"


def _too_long(member: tarfile.TarInfo, path: PurePosixPath) -> str:
    paths, names = (member.name, member.linkname), path.parts
    fits = all(len(os.fsencode(text)) <= _MAX_PATH for text in paths)
    fits = fits and all(len(os.fsencode(text)) <= _MAX_NAME for text in names)
    return "" if fits else "has a name that is too long"


def _symlink_complaint(path: PurePosixPath, text: str) -> str:
    if not text:
        return "is a link to nothing"
    target, ups = PurePosixPath(text), 0
    while ups < len(target.parts) and target.parts[ups] == "..":
        ups += 1
    # ".." after a name would be resolved through whatever that name is, a link perhaps.
    if target.is_absolute() or ".." in target.parts[ups:] or ups > len(path.parts) - 2:
        return f"is a link that leaves its folder ({target})"
    return ""


def _are_strings(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
