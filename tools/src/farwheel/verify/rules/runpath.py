"""Run paths lead from the object to other folders of the wheel, and nowhere else.

An absolute run path names a folder of the build machine: at best it is useless, at worst somebody else on
the user's machine can write there and has code loaded. An empty entry is the current folder. A folder that
the wheel does not have is worth a note: another wheel may bring it (`$ORIGIN/../nvidia/…`), or it is a
leftover.

Source: ld.so(8) ($ORIGIN, empty entries); PEP 513 leaves DT_RPATH to the wheel, auditwheel writes
$ORIGIN-relative ones.
"""

import posixpath
from collections.abc import Iterator

from farwheel.verify.finding import Finding, error, note
from farwheel.verify.wheel import Wheel, installed

_ORIGINS = ("$ORIGIN", "${ORIGIN}")


def check(wheel: Wheel) -> Iterator[Finding]:
    """Resolve every entry of DT_RPATH and DT_RUNPATH."""
    known = {str(folder) for name in wheel.by_name for folder in installed(name).parents}
    for name, elf in wheel.elves:
        if elf.dynamic is None:
            continue
        for entry in dict.fromkeys((*elf.dynamic.rpath, *elf.dynamic.runpath)):
            folder = resolve(name, entry)
            if folder is None:
                yield error(name, f"has the run path {entry!r:.120}, which is not inside of the wheel")
            elif folder not in known:
                yield note(name, f"has the run path {entry!r:.120}, a folder that the wheel does not have")


def resolve(member: str, entry: str) -> str | None:
    """The folder, relative to site-packages, that a run path of a member means; None when it is not below."""
    origin = next((one for one in _ORIGINS if entry == one or entry.startswith(f"{one}/")), None)
    if origin is None or "$" in entry.removeprefix(origin):
        return None
    base = posixpath.dirname(str(installed(member)))
    folder = posixpath.normpath(posixpath.join(base, "." + entry.removeprefix(origin)))
    return None if folder == ".." or folder.startswith("../") else folder
