"""Wheels of every odd kind, written member by member."""

import io
import struct
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

NAME = "demo-1.0-py3-none-any.whl"
INFO = "demo-1.0.dist-info"

# Signature, where the name begins, where the fields are: APPNOTE.TXT 4.3.7 (local) and 4.3.12 (central).
_HEADERS = (
    (b"PK\x03\x04", 30, {"flags": 6, "method": 8, "crc": 14, "size": 22}),
    (b"PK\x01\x02", 46, {"flags": 8, "method": 10, "crc": 16, "size": 24}),
)


@dataclass(frozen=True)
class Member:
    """One entry of an archive: `attributes` is the high half of the external ones, a Unix mode."""

    name: str
    content: bytes = b""
    attributes: int = 0o100644
    method: int = zipfile.ZIP_DEFLATED
    date: tuple[int, int, int, int, int, int] = (2020, 2, 2, 2, 2, 2)
    system: int = 3
    extra: bytes = b""
    comment: bytes = b""


ESSENTIAL = (
    Member(f"{INFO}/METADATA", b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n"),
    Member(f"{INFO}/WHEEL", b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
)


def packed(members: Iterable[Member], comment: bytes = b"") -> bytes:
    """The archive, as these members say."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.comment = comment
        for member in members:
            info = zipfile.ZipInfo(member.name, member.date)
            info.compress_type, info.create_system = member.method, member.system
            info.external_attr, info.extra = member.attributes << 16, member.extra
            info.comment = member.comment
            archive.writestr(info, member.content)
    return out.getvalue()


def wheel(folder: Path, *members: Member, name: str = NAME) -> Path:
    """A wheel in `folder` that holds these members and what every wheel has, but no RECORD."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(packed([*members, *ESSENTIAL]))
    return path


@dataclass
class Headers:
    """An archive whose headers can be made to lie."""

    data: bytearray

    def put(self, name: str, **values: int) -> None:
        """Overwrite fields of a member in both of its headers: flags, method, crc, size."""
        spelled = name.encode()
        for signature, start, fields in _HEADERS:
            at = self.data.index(signature)
            while self.data[at + start : at + start + len(spelled)] != spelled:
                at = self.data.index(signature, at + 1)
            for key, value in values.items():
                struct.pack_into(
                    "<H" if key in {"flags", "method"} else "<I", self.data, at + fields[key], value
                )
