"""RECORD lists every file, with its right hash and size, and nothing else.

Installers check files against it and uninstall by it: what it does not list stays behind for ever, and what
it lists wrongly is refused by strict installers. RECORD itself and its signatures have neither hash nor
size.

Source: PEP 376 (RECORD), PEP 427 ("RECORD is a list of (almost) all the files in the wheel and their secure
hashes").
"""

import base64
import hashlib
from collections.abc import Iterator

from farwheel.verify.finding import Finding, error, note
from farwheel.verify.wheel import Member, Wheel

_COLUMNS = 3
_ALGORITHMS = {"sha256", "sha384", "sha512"}


def check(wheel: Wheel) -> Iterator[Finding]:
    """Compare it with what the file holds."""
    where = f"{wheel.dist_info}/RECORD"
    without = {where, f"{where}.jws", f"{where}.p7s"}
    listed = set()
    for row in wheel.record:
        if len(row) != _COLUMNS:
            yield error(where, f"has a line with {len(row)} columns instead of 3: {','.join(row)!r:.80}")
            continue
        path, digest, size = row
        if path in listed:
            yield error(path, "is listed twice")
            continue
        listed.add(path)
        if path not in wheel.by_name:
            yield error(path, "is listed, and is not there")
        elif path in without:
            if digest or size:
                yield error(path, "has a hash or a size, and may have none")
        else:
            yield from _compare(wheel, wheel.by_name[path], digest, size)
    for path in sorted(wheel.by_name.keys() - listed):
        if path not in without - {where}:
            yield error(path, "is not listed")


def _compare(wheel: Wheel, member: Member, digest: str, size: str) -> Iterator[Finding]:
    algorithm, _, value = digest.partition("=")
    if algorithm not in _ALGORITHMS:
        yield error(member.name, f"has no secure hash ({digest!r:.80})")
    else:
        data = member.sha256
        if algorithm != "sha256":
            data = hashlib.new(algorithm, wheel.content(member.name)).digest()
        if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != value:
            yield error(member.name, "has another hash than RECORD says")
    if not size:
        yield note(member.name, "has no size in RECORD")
    elif size != str(member.info.file_size):
        yield error(member.name, f"has {member.info.file_size} bytes, and RECORD says {size:.40}")
