"""A wheel for a platform holds machine code, and each extension module can be imported by the tag's CPython.

An optional extension that fails to compile fails quietly: the wheel is tagged for a platform and has
nothing of it inside. CPython finds an extension by its suffix (`.cpython-313-riscv64-linux-gnu.so`,
`.abi3.so`, `.so`) and calls `PyInit_<name>` (or takes `PyModExport_<name>` since 3.15); names outside of
ASCII are spelled `PyInitU_` and punycode. A plain `.so` without either is a library that somebody loads by
ctypes: a note; so is one with such a suffix that calls nothing of CPython's, which no module can do without.
What lies in a `.libs` folder is no extension.

Source: PEP 3149 (suffixes), PEP 489 (PyInitU_), PEP 793 (PyModExport_), PEP 425.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from farwheel.verify import policy
from farwheel.verify.elf import Elf
from farwheel.verify.finding import Finding, error, note
from farwheel.verify.wheel import Wheel, installed

_TRIPLETS = {
    "aarch64": "aarch64-linux-",
    "armv7l": "arm-linux-",
    "i686": "i386-linux-",
    "ppc64": "powerpc64-linux-",
    "ppc64le": "powerpc64le-linux-",
}
_LIBC = {"armv7l": ("gnueabihf", "musleabihf")}
_CPYTHON = re.compile(r"cp3\d+t?")
_TAGGED = re.compile(r"cpython-3\d+[a-z]*-.+|pypy\d+-.+|graalpy\d+-.+")
_STABLE = {"abi3", "abi3t"}


def check(wheel: Wheel) -> Iterator[Finding]:
    """Look for extensions, and into each."""
    if wheel.is_pure:
        return
    elves = dict(wheel.elves)
    if not elves:
        yield error("", f"is for {' '.join(wheel.platforms)} and holds no machine code")
        return
    modules = 0
    for name, elf in elves.items():
        stem, _, suffix = PurePosixPath(name).name.partition(".")
        if elf.kind != "ET_DYN" or not name.endswith(".so") or PurePosixPath(name).parts[0].endswith(".libs"):
            continue
        tag = suffix.rpartition(".")[0]
        if not tag and not _initialises(name, stem, elf):
            if not stem.startswith("lib"):
                yield note(name, f"has no PyInit_{stem}: a library that is not imported?")
        elif not tag or tag in _STABLE or _TAGGED.fullmatch(tag) or _initialises(name, stem, elf):
            modules += 1
            yield from _module(wheel, name, stem, tag, elf)
    if not modules and {item.abi for item in wheel.tags} != {"none"}:
        yield error("", "is for one CPython's ABI and holds no extension module")


def _module(wheel: Wheel, name: str, stem: str, tag: str, elf: Elf) -> Iterator[Finding]:
    if not _initialises(name, stem, elf):
        symbols = elf.dynamic.defined | elf.dynamic.undefined if elf.dynamic else ()
        if any(symbol.startswith(("Py", "_Py")) for symbol in symbols):
            yield error(name, f"has no {_functions(stem)[0]}, so it cannot be imported")
        else:
            # setuptools names what ctypes or cffi loads like a module (PyCryptodome has 47).
            yield note(name, f"has no {_functions(stem)[0]}: a library that is not imported?")
    good = {*_STABLE, "", *_suffixes(wheel)}
    if tag not in good and not tag.startswith(("pypy", "graalpy")):
        yield error(name, f"has the suffix .{tag}.so, which no CPython of the wheel's tags looks for")


def _initialises(name: str, stem: str, elf: Elf) -> bool:
    stems = [stem]
    if stem == "__init__":
        # A package's own module is named by its folder.
        stems.append(installed(name).parent.name)
    defined = elf.dynamic.defined if elf.dynamic else frozenset()
    return any(function in defined for one in stems for function in _functions(one))


def _functions(stem: str) -> list[str]:
    if stem.isascii():
        return [f"PyInit_{stem}", f"PyModExport_{stem}"]
    code = stem.encode("punycode").decode().replace("-", "_")
    return [f"PyInitU_{code}", f"PyModExportU_{code}"]


def _suffixes(wheel: Wheel) -> set[str]:
    """`cpython-313-riscv64-linux-gnu` for each tag of a CPython."""
    found = set()
    for tag in wheel.tags:
        parted = policy.platform(tag.platform)
        # Of an abi3 wheel, later CPythons would not find a module that is named after the first.
        abi = tag.interpreter if tag.abi == "none" else tag.abi
        if parted is None or not _CPYTHON.fullmatch(abi):
            continue
        architecture = parted.architecture
        triplet = _TRIPLETS.get(architecture, f"{architecture}-linux-")
        libc = _LIBC.get(architecture, ("gnu", "musl"))[parted.is_musl]
        found.add(f"cpython-{abi.removeprefix('cp')}-{triplet}{libc}")
    return found
