"""Small wheels, made by hand: right in all respects but those that a test asks for."""

import base64
import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

from elves import Elf

Content = bytes | str | Elf | None
Changes = Mapping[str, Content]
NAME = "demo-1.0-cp313-cp313-manylinux_2_31_riscv64.whl"
EXTENSION = "demo/fast.cpython-313-riscv64-linux-gnu.so"
INFO = "demo-1.0.dist-info"
METADATA = """Metadata-Version: 2.4
Name: demo
Version: 1.0
Requires-Python: >=3.11
License-Expression: MIT
License-File: LICENSE
"""


def wheel_text(name: str = NAME) -> str:
    """WHEEL as a file of that name must have it."""
    pythons, abis, platforms = (part.split(".") for part in name.removesuffix(".whl").split("-")[-3:])
    tags = [f"Tag: {one}-{two}-{three}" for one in pythons for two in abis for three in platforms]
    pure = "true" if platforms == ["any"] else "false"
    build = [f"Build: {name.split('-')[2]}"] if name.count("-") == 5 else []
    return (
        "\n".join(["Wheel-Version: 1.0", "Generator: test", f"Root-Is-Purelib: {pure}", *tags, *build]) + "\n"
    )


def contents(changes: Changes | None = None, name: str = NAME) -> dict[str, bytes]:
    """Files of a good wheel; see `build` for the changes."""
    files: dict[str, Content] = {
        "demo/__init__.py": "",
        f"{INFO}/METADATA": METADATA,
        f"{INFO}/WHEEL": wheel_text(name),
        f"{INFO}/licenses/LICENSE": "MIT License\n",
    }
    if not name.endswith("-any.whl"):
        files[EXTENSION] = Elf()
    files |= changes or {}
    found = {}
    for path, content in files.items():
        if isinstance(content, str):
            found[path] = content.encode()
        elif content is not None:
            found[path] = bytes(content)
    found.setdefault(f"{INFO}/RECORD", record(found))
    return found


def record(files: Mapping[str, bytes]) -> bytes:
    """RECORD of these files."""
    rows = [f"{path},{digest(content)},{len(content)}" for path, content in files.items()]
    return "\n".join([*rows, f"{INFO}/RECORD,,", ""]).encode()


def digest(content: bytes, algorithm: str = "sha256") -> str:
    """As RECORD has it."""
    value = base64.urlsafe_b64encode(hashlib.new(algorithm, content).digest()).rstrip(b"=").decode()
    return f"{algorithm}={value}"


def build(folder: Path, changes: Changes | None = None, name: str = NAME) -> Path:
    """Write a wheel; `changes` are files that are added, replaced (RECORD too) or, with None, left out."""
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in contents(changes, name).items():
            archive.writestr(zipfile.ZipInfo(member, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return path
