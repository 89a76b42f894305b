"""Every path stays inside, and means the same file on every file system and to every installer.

A path that is absolute, climbs with `..` or is a symbolic link makes installers write elsewhere.
Backslashes are separators on some systems; names that differ only in case or in Unicode normalisation are
one file on others, and of two members with one name, programs disagree which is meant. So do they on a .data
folder of another name than the wheel's, on what is in none of its folders that have a meaning, and on folders
among the scripts, which uv refuses.

Source: PEP 427 ("wheel files must not contain symbolic links" in the specification's archive rules; the .data
folder, whose folders are named as in distutils' install_* schemes), the
checks of package indexes on uploads; Unicode annex 15 for normalisation.
"""

import stat
import unicodedata
from collections.abc import Iterator

from farwheel.verify.finding import Finding, error
from farwheel.verify.wheel import Wheel

_SCHEMES = {"purelib", "platlib", "headers", "scripts", "data"}


def check(wheel: Wheel) -> Iterator[Finding]:
    """Look at all names, folders too."""
    seen: dict[str, str] = {}
    folders: set[str] = set()
    files: set[str] = set()
    for info in wheel.infos:
        # zipfile turns the system's separator into a slash; the name as it is in the file is this one.
        name = info.orig_filename
        complaint = _complaint(name, info.external_attr >> 16)
        if complaint:
            yield error(name, complaint)
        key = unicodedata.normalize("NFC", name.rstrip("/")).casefold()
        other = seen.setdefault(key, name)
        if other == name and (name in files or name in folders):
            yield error(name, "is there twice")
        elif other != name:
            yield error(name, f"is the same as {other} where case or Unicode forms do not matter")
        (folders if name.endswith("/") else files).add(name)
    for name in sorted(files):
        yield from _data(name, wheel.dist_info.removesuffix(".dist-info") + ".data")
        for place in (place for place, letter in enumerate(name) if letter == "/"):
            if name[:place] in files:
                yield error(name[:place], "is a file and a folder")


def _data(name: str, own: str) -> Iterator[Finding]:
    folder, _, inside = name.partition("/")
    if inside and folder.endswith(".data"):
        scheme, _, file = inside.partition("/")
        if folder != own:
            yield error(name, f"is in another .data folder than {own}")
        elif scheme not in _SCHEMES or not file:
            yield error(name, f"is in none of the folders of {own}: {', '.join(sorted(_SCHEMES))}")
        elif scheme == "scripts" and "/" in file:
            yield error(name, "is in a folder of its own among the scripts")


def _complaint(name: str, mode: int) -> str:
    parts = name.removesuffix("/").split("/")
    if name.startswith("/") or (len(name) > 1 and name[1] == ":"):
        return "is an absolute path"
    if ".." in parts:
        return "leaves the wheel"
    if "\\" in name:
        return "has a backslash"
    if "" in parts or "." in parts:
        return "has an empty or a meaningless part"
    if stat.S_ISLNK(mode):
        return "is a symbolic link"
    kind = stat.S_IFMT(mode)
    return "" if kind in {0, stat.S_IFREG, stat.S_IFDIR} else "is neither a file nor a folder"
