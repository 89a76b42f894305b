"""Rewrite wheels so that their bytes depend on their contents only: canonical.py EPOCH OUT FILE.whl...

What is fixed: the order of the members (by name; dist-info last, RECORD at the very end, as the binary
distribution format recommends), their times (EPOCH, seconds since 1970), modes (755 where the owner may
execute, else 644), compression, and RECORD. What says nothing to an installer is dropped: folders (those that
hold something are made anyway), comments, extra fields. SBOMs lose their time and their random serial number.

Members are deflated: stored ones would give the same bytes with any zlib, but three times as many of them.
So equal bytes need an equal zlib, which a build has, as its root is pinned.

Nothing but the standard library: this runs under the root's own Python, and in the Python half.
"""

import base64
import calendar
import copy
import csv
import hashlib
import io
import json
import re
import shutil
import stat
import struct
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

# Far above every real wheel. Code packs 3:1, tables 30:1, a bomb 1000:1; small ones may do as they like.
MAX_MEMBERS = 200_000
MAX_BYTES = 8 << 30
MAX_RATIO = 200
RATIO_FREE_BYTES = 64 << 20
MAX_SBOM = 32 << 20

# What a zip archive can say: 1980 until 2107; it rounds down to even seconds by itself.
EARLIEST, LATEST = 315532800, 4354819198
_CHUNK = 1 << 20
_ENCRYPTED, _UTF8 = 0x1, 0x800
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    IndexError,
    NotImplementedError,
    OverflowError,
    ValueError,
)


class RefusedError(Exception):
    """This file cannot be rewritten without loss, or is none that an installer should see."""


class Member(NamedTuple):
    """What is kept of a member: mode (0o644 or 0o755), size in bytes, sha256 as RECORD spells it."""

    mode: int
    size: int
    sha256: str


def canonicalise(source: Path, target: Path, epoch: int) -> None:
    """Write the canonical form of the wheel `source` to `target`, which may be `source` itself.

    `epoch` (seconds since 1970, UTC) is cut to what a zip archive can say. `target` appears whole, and only
    after a comparison with `source`, member by member. RefusedError for damaged, signed and hostile wheels.
    """
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
        made = Path(folder, target.name)
        with _opened(source) as wheel:
            dist_info = _check(source, wheel)
            members = _contents(source, wheel)
            order = _ordered(members.keys() | {f"{dist_info}/RECORD"}, dist_info)
            texts = {name: _timeless(wheel.read(name)) for name in _sboms(members, dist_info)}
            members |= _described(texts, members)
            texts[order[-1]] = _record(order, members)
            members |= _described(texts, members)
            _write(wheel, made, order, members, texts, _clamped(epoch))
        with _opened(made) as wheel:
            if _contents(made, wheel) != members:
                raise RefusedError(f"{source.name} was not rewritten faithfully; please report this")
        made.chmod(0o644)
        made.replace(target)


def newest(source: Path) -> int:
    """The newest time (seconds since 1970) among a wheel's members."""
    with _opened(source) as wheel:
        dates = [info.date_time for info in wheel.infolist()]
    # What no calendar has (an old zipper's month 0) is moved to the nearest month; timegm copes with days.
    times = [calendar.timegm((year, min(max(month, 1), 12), *rest)) for year, month, *rest in dates]
    return _clamped(max(times, default=EARLIEST))


def _clamped(epoch: int) -> int:
    return min(max(epoch, EARLIEST), LATEST)


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(source) as wheel:
            yield wheel
    except _DAMAGE as error:
        raise RefusedError(f"{source.name} is no whole zip archive: {error}") from error


def _check(source: Path, wheel: zipfile.ZipFile) -> str:
    """Refuse what no installer should see; the name of the dist-info folder."""
    files: set[str] = set()
    folders: set[str] = set()
    if len(wheel.infolist()) > MAX_MEMBERS:
        raise RefusedError(f"{source.name} has more than {MAX_MEMBERS} members: an archive bomb")
    for info in wheel.infolist():
        name = info.filename.removesuffix("/")
        if reason := _complaint(info, name) or ("comes twice" if name in files else ""):
            raise RefusedError(f"{source.name}: the member {info.orig_filename!r} {reason}")
        (folders if info.is_dir() else files).add(name)
        folders.update(map(str, PurePosixPath(name).parents))
    if both := sorted(files & folders):
        raise RefusedError(f"{source.name}: the member {both[0]!r} is a file and a folder")
    return _dist_info(source, files)


def _complaint(info: zipfile.ZipInfo, name: str) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    reasons = {
        "has a control character in its name": _CONTROL.search(info.orig_filename),
        "has a name that is not plain: absolute, or with '..', '.', '//' or a backslash": "\\" in name
        or any(part in {"", ".", ".."} for part in name.split("/")),
        # Clients disagree on what such bytes mean.
        "has a name that is neither ASCII nor marked as UTF-8": info.filename != info.orig_filename
        or not (name.isascii() or info.flag_bits & _UTF8),
        "is encrypted": info.flag_bits & _ENCRYPTED,
        "is no plain file, but a link or a device": kind
        not in {0, stat.S_IFDIR if info.is_dir() else stat.S_IFREG},
        "is a folder with contents": info.is_dir() and info.file_size,
        # uv reads no others since 0.12.
        f"is compressed by method {info.compress_type}, which not all installers know": info.compress_type
        not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED},
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _dist_info(source: Path, files: Iterable[str]) -> str:
    tops = {top for top, slash, _ in (name.partition("/") for name in files) if slash}
    found = sorted(top for top in tops if top.endswith(".dist-info"))
    if len(found) != 1:
        raise RefusedError(f"{source.name} has {' and '.join(found) or 'no dist-info folder'}; one is needed")
    folder, words = found[0], source.name.removesuffix(".whl").split("-")
    if len(words) not in {5, 6} or not source.name.endswith(".whl"):
        raise RefusedError(f"{source.name} is no wheel's name: name-version[-build]-python-abi-platform.whl")
    if _normal("-".join(words[:2])) != _normal(folder.removesuffix(".dist-info")):
        raise RefusedError(f"{source.name} holds {folder}, which is another project's or version's")
    for name in files:
        if name in {f"{folder}/RECORD.jws", f"{folder}/RECORD.p7s"}:
            raise RefusedError(f"{source.name} is signed ({name}); a rewritten RECORD would break that")
    return folder


def _normal(text: str) -> str:
    return re.sub(r"[-_.+]+", "-", text).lower()


def _contents(source: Path, wheel: zipfile.ZipFile) -> dict[str, Member]:
    """Every file of a wheel, read to its end."""
    found = {}
    left = min(MAX_BYTES, max(source.stat().st_size * MAX_RATIO, RATIO_FREE_BYTES))
    for info in wheel.infolist():
        if not info.is_dir():
            left -= info.file_size
            if left < 0:
                raise RefusedError(f"{source.name} unpacks to far more than its size warrants: a bomb")
            mode = 0o755 if (info.external_attr >> 16) & stat.S_IXUSR else 0o644
            digest, size = _read(wheel, info)
            if size != info.file_size:
                raise RefusedError(f"{source.name}: {info.filename!r} has another size than declared")
            found[info.filename] = Member(mode, size, digest)
    return found


def _read(wheel: zipfile.ZipFile, info: zipfile.ZipInfo) -> tuple[str, int]:
    """(sha256, size) of a member, at most one byte more than it declares."""
    # zipfile alone would silently stop at the declared size, where other readers go on.
    longer = copy.copy(info)
    longer.file_size += 1
    digest, size = hashlib.sha256(), 0
    with wheel.open(longer) as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return _spelled(digest), size


def _spelled(digest: "hashlib._Hash") -> str:
    return base64.urlsafe_b64encode(digest.digest()).decode("ascii").rstrip("=")


def _described(texts: dict[str, bytes], members: dict[str, Member]) -> dict[str, Member]:
    """What is kept of members whose contents are these; a new one has mode 644."""
    new = Member(0o644, 0, "")
    return {
        name: Member(members.get(name, new).mode, len(text), _spelled(hashlib.sha256(text)))
        for name, text in texts.items()
    }


def _sboms(members: dict[str, Member], dist_info: str) -> list[str]:
    """PEP 770; none that is too large to be looked into."""
    return [
        name
        for name, member in members.items()
        if name.startswith(f"{dist_info}/sboms/") and name.endswith(".json") and member.size <= MAX_SBOM
    ]


def _record(order: list[str], members: dict[str, Member]) -> bytes:
    *others, record = order
    lines = io.StringIO(newline="")
    rows = csv.writer(lines, lineterminator="\n")
    rows.writerows((name, f"sha256={members[name].sha256}", members[name].size) for name in others)
    rows.writerow((record, "", ""))
    return lines.getvalue().encode("utf-8")


def _ordered(names: Iterable[str], dist_info: str) -> list[str]:
    """By code points; dist-info last, RECORD at its end."""

    def key(name: str) -> tuple[bool, bool, str]:
        return name.startswith(f"{dist_info}/"), name == f"{dist_info}/RECORD", name

    return sorted(names, key=key)


def _timeless(text: bytes) -> bytes:
    """A CycloneDX document without its time and serial number, sorted; anything else as it is."""
    try:
        document = json.loads(text, object_pairs_hook=_unambiguous)
        if not isinstance(document, dict):
            return text
        document.pop("serialNumber", None)
        if isinstance(document.get("metadata"), dict):
            document["metadata"].pop("timestamp", None)
        dumped = json.dumps(document, indent=2, sort_keys=True, allow_nan=False)
    except (ValueError, RecursionError):
        return text
    return f"{dumped}\n".encode("ascii")


def _unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key comes twice")
    return found


def _write(
    wheel: zipfile.ZipFile,
    target: Path,
    order: list[str],
    members: dict[str, Member],
    texts: dict[str, bytes],
    epoch: int,
) -> None:
    year, month, day, hour, minute, second = time.gmtime(epoch)[:6]
    with zipfile.ZipFile(target, "x") as out:
        for name in order:
            info = zipfile.ZipInfo(name, (year, month, day, hour, minute, second))
            info.compress_type = zipfile.ZIP_DEFLATED
            # It has no underscore, and is public, since Python 3.13 only.
            setattr(info, "compress_level" if hasattr(info, "compress_level") else "_compresslevel", 9)
            info.create_system = 3
            info.external_attr = (stat.S_IFREG | members[name].mode) << 16
            # zipfile decides by it whether the member needs zip64.
            info.file_size = members[name].size
            content = io.BytesIO(texts[name]) if name in texts else wheel.open(name)
            with content, out.open(info, "w") as copied:
                shutil.copyfileobj(content, copied, _CHUNK)


def main() -> None:
    """Rewrite wheels into a folder."""
    epoch, out = int(sys.argv[1]), Path(sys.argv[2])
    for wheel in map(Path, sys.argv[3:]):
        try:
            canonicalise(wheel, out / wheel.name, epoch)
        except RefusedError as error:
            sys.exit(f"error: {error}")
        except OSError as error:
            sys.exit(f"error: {wheel.name} was not rewritten: {error}")


if __name__ == "__main__":
    main()
