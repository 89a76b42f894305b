"""Every needed library is promised by the tag, or comes with the wheel and is found there.

A library that happens to be on the builder's machine (libopenblas, libgomp, libpython) is not on the
user's: the import fails. What lies in the wheel must be reached through the object's own run path. Nobody
else's is searched for it, except DT_RPATH of whatever loads it, if it has no DT_RUNPATH itself: a note, since
it is not found by whoever loads the object in another way.

Source: PEP 513 and 600 (the external libraries that may be used), auditwheel's whitelists; ld.so(8) for the
search.
"""

import posixpath
from collections.abc import Iterator

from farwheel.verify import policy
from farwheel.verify.dynamic import Dynamic
from farwheel.verify.finding import Finding, error, note
from farwheel.verify.rules.runpath import resolve
from farwheel.verify.wheel import Wheel, installed

# Real wheels take some hundred steps, and have one folder or two.
_MAX_STEPS, _MAX_FOLDERS = 200_000, 16


def check(wheel: Wheel) -> Iterator[Finding]:
    """Look every DT_NEEDED up."""
    inside = {str(installed(name)) for name in wheel.by_name}
    basenames = {posixpath.basename(name) for name in inside}
    policies = policy.policies(wheel.platforms)
    inherited: dict[str, dict[str, str]] | None = None
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
                if inherited is None:
                    inherited = _inherited(wheel)
                loaders = {} if elf.dynamic.runpath else inherited.get(posixpath.basename(name), {})
                loader = next((loaders[folder] for folder in loaders if f"{folder}{library}" in inside), "")
                if loader:
                    yield note(name, f"needs {library}, which is found by the DT_RPATH of {loader} alone")
                else:
                    yield error(name, f"needs {library}, which is in the wheel where no run path of it leads")
            elif strict:
                yield error(name, f"needs {library:.120}, which {strict[0]} does not promise")


def _folders(name: str, dynamic: Dynamic) -> list[str]:
    found = [resolve(name, entry) for entry in dynamic.runpath or dynamic.rpath]
    return ["" if folder == "." else f"{folder}/" for folder in found if folder is not None]


def _inherited(wheel: Wheel) -> dict[str, dict[str, str]]:
    """By the file name of a library: the folders of DT_RPATHs of what loads it, each with one such object."""
    needs = {posixpath.basename(name): elf.dynamic.needed for name, elf in wheel.elves if elf.dynamic}
    found: dict[str, dict[str, str]] = {}
    steps = 0
    for name, elf in wheel.elves:
        if elf.dynamic is None or elf.dynamic.runpath or not elf.dynamic.rpath:
            continue
        folders = _folders(name, elf.dynamic)[:_MAX_FOLDERS]
        seen, queue = set(), list(elf.dynamic.needed)
        while queue and steps < _MAX_STEPS:
            steps += 1
            library = queue.pop()
            if library in needs and library not in seen:
                seen.add(library)
                known = found.setdefault(library, {})
                for folder in folders if len(known) < _MAX_FOLDERS else ():
                    known.setdefault(folder, name)
                queue += needs[library]
    return found
