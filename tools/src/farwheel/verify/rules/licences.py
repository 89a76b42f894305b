"""The licences of all that is inside are inside.

Nearly every licence asks that its text goes with binaries, for the project's own code and for each library
that was copied in. METADATA's License-File entries must exist, and there must be one licence text at least;
where it lies beside a package's modules it is there, but no tool looks for it: a note.
Libraries in a `.libs` folder must be listed in `farwheel/libraries.json` below the .dist-info folder, where
it exists, by their paths and with texts that are there; in wheels that others made an SBOM or a licence text
that names the library is accepted, and noted.

The list is an array of {"name", "version", "license", "sha256": of the source, "linked": "static" or
"grafted", "files": texts, relative to the .dist-info folder or its licenses folder, "members": where it is
grafted, the files that hold it}.

Source: PEP 639 (License-File, licenses folder), PEP 770 (SBOMs in sboms).
"""

import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from farwheel.verify.finding import Finding, RefusedError, error, note
from farwheel.verify.wheel import Wheel, installed

LIST = "farwheel/libraries.json"
_TEXT = re.compile(
    r"(?i)(.*/)?(licen[cs]es?|copying|notice|copyright)\b.*|(.*/)?licen[cs]es?/.+|.*\.licen[cs]e"
)
# In the folder of a top-level package, and no module: license.py.
_BESIDE = re.compile(r"(?i)[^/.]+/(licen[cs]e|copying)(\.txt|\.md|\.rst)?")
# OpenSSL 1 had letters in its version, which with some is part of the name: libelf-0-01234567.191.so.
_LIBRARY = re.compile(r"(?:lib)?(?P<name>.+?)(?:-[0-9a-f]{8}(?:\.\d+)*)?\.so(?:\.\w+)*")
_FIELDS = {"name": str, "version": str, "license": str, "sha256": str, "linked": str, "files": list}
_LINKED = {"static", "grafted"}
_SHORT = 3
# Where the project has another name than its library, less the library's number.
_PROJECTS = {
    library: project
    for project, libraries in {
        "brotli": ("brotlicommon", "brotlidec", "brotlienc"),
        "bzip2": ("bz",),
        "gcc": ("gcc_s", "gfortran", "gomp", "quadmath", "stdc++"),
        "hdf5": ("hdf5_hl",),
        "krb5": ("gssapi_krb", "k5crypto", "krb5support"),
        "openblas": ("openblaso", "openblasp"),
        "openjpeg": ("openjp",),
        "openldap": ("lber", "ldap"),
        "openssl": ("crypto", "ssl"),
        "postgresql": ("pq",),
        "webp": ("sharpyuv", "webpdecoder", "webpdemux", "webpmux"),
        "xcrypt": ("crypt",),
        "xz": ("lzma",),
        "zeromq": ("zmq",),
        "zlib": ("z",),
    }.items()
    for library in libraries
}
_MAX_TEXT, _MAX_TEXTS, _MAX_SEARCHED = 1 << 20, 100, 512 << 20


def check(wheel: Wheel) -> Iterator[Finding]:
    """Look for the files that METADATA names, and for each library that was grafted."""
    from packaging.metadata import parse_email

    raw, _ = parse_email(wheel.metadata_text)
    for name in raw.get("license_files", []):
        if not _exists(wheel, name):
            yield error(wheel.dist_info, f"has no {name}, which METADATA calls a License-File")
    if not _texts(wheel):
        beside = next(
            (name for name in sorted(wheel.by_name) if _BESIDE.fullmatch(installed(name).as_posix())), ""
        )
        if beside:
            yield note(wheel.dist_info, f"has no licence text; {beside} may be one")
        else:
            yield error(wheel.dist_info, "has no licence text")
    grafted = [
        name
        for name, _ in wheel.elves
        if any(part.endswith(".libs") for part in PurePosixPath(name).parts[:-1])
    ]
    where = f"{wheel.dist_info}/{LIST}"
    if where in wheel.by_name:
        yield from _listed(wheel, where, grafted)
    else:
        yield from _others(wheel, grafted)


def _exists(wheel: Wheel, name: str) -> bool:
    return any(f"{wheel.dist_info}/{folder}{name}" in wheel.by_name for folder in ("licenses/", ""))


def listed(wheel: Wheel) -> list[dict[str, Any]]:
    """The list of libraries, as far as there is a good one."""
    return (_entries(wheel) if f"{wheel.dist_info}/{LIST}" in wheel.by_name else None) or []


def is_text(wheel: Wheel, name: str) -> bool:
    """Whether a member's name says that it is a licence text of the .dist-info folder."""
    prefix = f"{wheel.dist_info}/"
    return name.startswith(prefix) and bool(_TEXT.fullmatch(name, len(prefix)))


def _texts(wheel: Wheel) -> list[str]:
    return [name for name in wheel.by_name if is_text(wheel, name)]


def _listed(wheel: Wheel, where: str, grafted: list[str]) -> Iterator[Finding]:
    entries = _entries(wheel)
    if entries is None:
        yield error(where, "is not the list of libraries that it should be")
        return
    for entry in entries:
        for name in entry["files"]:
            if not _exists(wheel, name):
                yield error(where, f"names {name} for {entry['name']}, which is not there")
        if not entry["files"]:
            yield error(where, f"has no licence text for {entry['name']}")
        for member in sorted(set(_members(entry)) - wheel.by_name.keys()):
            yield error(where, f"says that {entry['name']} is in {member}, which is not there")
    listed = {member for entry in entries for member in _members(entry)}
    for member in grafted:
        if member not in listed:
            yield error(member, f"is not listed in {LIST}")


def _members(entry: dict[str, Any]) -> list[str]:
    return entry.get("members", []) if entry["linked"] == "grafted" else []


def _entries(wheel: Wheel) -> list[dict[str, Any]] | None:
    try:
        entries = json.loads(_read(wheel, f"{wheel.dist_info}/{LIST}"))
    except (ValueError, RecursionError):
        return None
    good = isinstance(entries, list) and all(
        isinstance(entry, dict)
        and all(isinstance(entry.get(field), kind) for field, kind in _FIELDS.items())
        and entry["linked"] in _LINKED
        and isinstance(entry.get("members", []), list)
        and all(isinstance(name, str) for name in (*entry["files"], *entry.get("members", [])))
        for entry in entries
    )
    return entries if good else None


def _others(wheel: Wheel, grafted: list[str]) -> Iterator[Finding]:
    if not grafted:
        return
    sboms = [name for name in wheel.by_name if name.startswith(f"{wheel.dist_info}/sboms/")]
    # A text's own name counts as well: LICENSE.libsodium.txt; so does its folder's, as in gmp-6.3.0/COPYING.
    texts = {
        name: f"{name} {name.replace('/', ' lib')}\n{_read(wheel, name)}".lower()
        for name in (*sboms, *_texts(wheel))[:_MAX_TEXTS]
    }
    names = {member: _words(library(member).lower()) for member in grafted}
    # Each word of a name is looked for at each place.
    if sum(map(len, names.values())) * sum(map(len, texts.values())) > _MAX_SEARCHED:
        raise RefusedError("its licence texts are too long to be searched for all of its libraries")
    for member in grafted:
        pattern = _pattern(names[member])
        found = next((name for name, text in texts.items() if pattern.search(text)), None)
        if found:
            yield note(member, f"is named in {found}")
        else:
            yield error(member, "is a library that no licence text and no SBOM names")


def named(stem: str) -> re.Pattern[str]:
    """The library's name as a word, or its project's: scipy_openblas64_ is OpenBLAS; PNG is not libpng."""
    return _pattern(_words(stem))


def _words(stem: str) -> set[str]:
    """What a library may be called in a text."""
    found = {stem, stem.partition("-")[0] or stem}
    found |= {word.rstrip("0123456789") or word for word in found}
    found |= {word for word in re.split(r"[^a-z]+", stem) if len(word) > _SHORT}
    return found | {_PROJECTS[word] for word in found if word in _PROJECTS}


def _pattern(found: set[str]) -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted(found)))
    long = "|".join(re.escape(word) for word in sorted(found) if len(word) > _SHORT)
    forms = [rf"(?<![a-z0-9])({long})(?![a-z0-9])"] if long else []
    # What is libssl.so.3 elsewhere, Alpine calls libssl3; netCDF4 is no libnetcdf.
    forms.append(rf"(?<![a-z0-9])lib({words})\d*+(?![a-z0-9])")
    # A short word is a package's name where a distribution's packages are: pkg:rpm/centos/xz-libs@5.2.2.
    forms.append(rf"pkg:(rpm|deb|apk)/\w+/({words})(-libs)?@")
    return re.compile("|".join(forms))


def _read(wheel: Wheel, name: str) -> str:
    if wheel.by_name[name].info.file_size > _MAX_TEXT:
        return ""
    return bytes(wheel.content(name)).decode("utf-8", "replace")


def library(member: str) -> str:
    """What a grafted library is called, without hash and version: gfortran of libgfortran-2f7c42e4.so.5."""
    match = _LIBRARY.fullmatch(PurePosixPath(member).name)
    return match["name"] if match else PurePosixPath(member).name
