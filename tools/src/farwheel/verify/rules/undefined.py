"""Every symbol that an object needs is defined by CPython, or by a library that the object needs.

A shared object links although something is missing; then the import fails, or the first call does. The
libraries of the C and C++ run time give each symbol a version, and `symbols` looks at those. What has none
must come from CPython (`Py...`) or from a library of the wheel that the object needs. Two things work by
luck and are notes: what only another object of the wheel defines (that must be loaded before, RTLD_GLOBAL),
and what glibc defines where the object does not name its library (CPython has loaded it). No more can be
said where an object needs a library of the system without versions (zlib, X11), nor for musl, which has
none.

Source: System V gABI chapter 5 (shared object dependencies); dlopen(3) for whose symbols are seen. The
names in glibc are read from the host's; no policy lists them.
"""

import posixpath
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from farwheel.verify import policy
from farwheel.verify.elf import Elf, read_elf
from farwheel.verify.finding import Finding, error, listed, note
from farwheel.verify.wheel import Wheel

_CPYTHON = ("Py", "_Py")
_GLIBC = ("libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1")
_VERSIONED = frozenset(
    (
        *_GLIBC,
        *("libmvec.so.1", "libresolv.so.2", "libanl.so.1", "libcrypt.so.1", "libnsl.so.1"),
        *("libgcc_s.so.1", "libstdc++.so.6", "libatomic.so.1", "libgomp.so.1"),
    )
)
# What the loader itself defines for code with thread-local variables, by processor (glibc's platform ABIs).
_THREADS = {"__tls_get_addr", "___tls_get_addr", "__tls_get_offset"}
_LOADED = re.compile(r"(/\S+)/libc(?:\.so\.6|-2\.\d+\.so)$", re.MULTILINE)


def check(wheel: Wheel) -> Iterator[Finding]:
    """Look for the symbols without a version of each object."""
    if any(known.is_musl for tag in wheel.platforms if (known := policy.platform(tag))):
        return
    elves = dict(wheel.elves)
    libraries = {posixpath.basename(name): elf for name, elf in elves.items()}
    defined = {symbol: name for name, elf in elves.items() if elf.dynamic for symbol in elf.dynamic.defined}
    for name, elf in elves.items():
        homes: dict[str, list[str]] = {}
        for symbol in _missing(elf, libraries):
            home = defined.get(symbol) or ("glibc" if symbol in _glibc() else "")
            if home == "glibc" and _links_without_versions(elf):
                continue
            homes.setdefault(home, []).append(symbol)
        for home, symbols in sorted(homes.items()):
            if home:
                yield note(name, f"needs {listed(symbols)} of {home}, which it does not name as needed")
            else:
                yield error(name, f"needs {listed(symbols)}, which nothing that it needs defines")


def _missing(elf: Elf, libraries: dict[str, Elf]) -> list[str]:
    """What neither CPython nor the libraries that are loaded along with an object define."""
    if elf.dynamic is None:
        return []
    wanted = {symbol for symbol in elf.dynamic.unversioned - _THREADS if not symbol.startswith(_CPYTHON)}
    seen, queue = set(_VERSIONED), list(elf.dynamic.needed)
    while wanted and queue:
        library = queue.pop()
        if library in seen or policy.is_loader(library):
            continue
        seen.add(library)
        found = libraries[library].dynamic if library in libraries else None
        if found is None:
            return []
        wanted -= found.defined
        queue += found.needed
    return sorted(wanted)


def _links_without_versions(elf: Elf) -> bool:
    """Whether it was linked with a libc that gives no versions (musl's, a stub), and names glibc."""
    return bool(elf.dynamic and not elf.dynamic.versions and "libc.so.6" in elf.dynamic.needed)


@cache
def _glibc() -> frozenset[str]:
    """What the host's glibc defines; nothing where the host has another C library."""
    maps = Path("/proc/self/maps")
    loaded = _LOADED.search(maps.read_text()) if maps.exists() else None
    files = [Path(loaded[1], name) for name in _GLIBC] if loaded else []
    read = [read_elf(file.read_bytes()).dynamic for file in files if file.exists()]
    return frozenset(symbol for dynamic in read if dynamic for symbol in dynamic.defined)
