"""Every needed library is promised by the tag, or comes with the wheel and is found there.

A library that happens to be on the builder's machine (libopenblas, libgomp, libpython) is not on the
user's: the import fails. What lies in the wheel must be reached through the object's own run path, since
nobody else's is searched for it (except RPATH of whoever loads it, which is not relied on here).

Source: PEP 513 and 600 (the external libraries that may be used), auditwheel's whitelists; ld.so(8) for the
search.
"""

import posixpath
from collections.abc import Iterator

from farwheel.verify import policy
from farwheel.verify.dynamic import Dynamic
from farwheel.verify.finding import Finding, error
from farwheel.verify.rules.runpath import resolve
from farwheel.verify.wheel import Wheel, installed


def check(wheel: Wheel) -> Iterator[Finding]:
    """Look every DT_NEEDED up."""
    inside = {str(installed(name)) for name in wheel.by_name}
    basenames = {posixpath.basename(name) for name in inside}
    policies = policy.policies(wheel.platforms)
    for name, elf in wheel.elves:
        if elf.dynamic is None:
            continue
        folders = _folders(name, elf.dynamic)
        for library in elf.dynamic.needed:
            if "/" in library:
                yield error(name, f"needs {library:.120} by its path")
            if policy.is_loader(library) or any(f"{folder}{library}" in inside for folder in folders):
                continue
            strict = [tag for tag, known in policies if library not in known.libraries]
            if strict and library in basenames:
                yield error(name, f"needs {library}, which is in the wheel where no run path of it leads")
            elif strict:
                yield error(name, f"needs {library:.120}, which {strict[0]} does not promise")


def _folders(name: str, dynamic: Dynamic) -> list[str]:
    found = [resolve(name, entry) for entry in dynamic.runpath or dynamic.rpath]
    return ["" if folder == "." else f"{folder}/" for folder in found if folder is not None]
