"""Pins: bytes that are named by their hash and by where a registry keeps them, never by a URL."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from farwheel.errors import FarwheelError
from farwheel.files import beside

REGISTRIES = ("crates", "debian", "github", "pypi")
# Of what is none: a whole pin, and a little more.
_SHOWN = 300
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NOT_IN_STORE_NAMES = re.compile(r"[^A-Za-z0-9+._?=-]")


@dataclass(frozen=True, order=True)
class Pin:
    """One file of a registry: `path` is relative to the registry, `sha256` is hex, `size` in bytes.

    Of "github" it is a tree, OWNER/REPOSITORY/COMMIT, and the file is its NAR.
    """

    registry: str
    path: str
    sha256: str
    size: int

    @property
    def file_name(self) -> str:
        """The last part of the path, as the registry spells it."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def is_tree(self) -> bool:
        """Whether the store holds the tree that is in the file, not the file."""
        return self.registry == "github"

    @property
    def store_name(self) -> str:
        """The name that this has in the Nix store, where fewer characters are allowed."""
        name = "-".join(self.path.split("/")[1:]) if self.is_tree else self.file_name
        return _NOT_IN_STORE_NAMES.sub("-", name)

    @classmethod
    def from_json(cls, data: Mapping[str, Any], where: str) -> "Pin":
        """Read a pin out of a JSON object that may hold more; `where` names the file for the error.

        Raises FarwheelError when a field is missing or is not what a pin holds.
        """
        try:
            pin = cls(data["registry"], data["path"], data["sha256"], int(data["size"]))
            fits = pin.registry in REGISTRIES and _SHA256.fullmatch(pin.sha256) and _is_plain(pin.path)
        except KeyError as missing:
            raise FarwheelError(
                f"{where}: a pin lacks its field {missing}", "pins are machine-written: farwheel lock"
            ) from None
        except (AttributeError, OverflowError, TypeError, ValueError):
            fits = None
        if not fits:
            raise FarwheelError(
                f"{where}: not a pin: {str(data)[:_SHOWN]}",
                "pins are machine-written: run farwheel lock again",
            )
        return pin

    def to_json(self) -> dict[str, str | int]:
        """The four fields, ready for `write_json`."""
        return asdict(self)


def _is_plain(path: str) -> bool:
    return all(part not in {"", ".", ".."} for part in path.split("/"))


def read_json(path: Path) -> Any:
    """The content of a JSON file; FarwheelError when it is missing or is not JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FarwheelError(f"{path} does not exist") from None
    except (ValueError, RecursionError) as error:
        raise FarwheelError(f"{path} is not JSON: {error}") from None


def json_text(data: object) -> str:
    """JSON as this repository's files have it: sorted, indent 2, final newline."""
    return json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def write_json(path: Path, data: object) -> None:
    """Write `json_text` so that a reader sees the old file or the new one."""
    with beside(path) as new:
        new.write_text(json_text(data), encoding="utf-8")
        new.replace(path)


def pins_in(data: object, where: str) -> list[Pin]:
    """Every pin anywhere inside a JSON value, in the order of the file, each once."""
    found: dict[Pin, None] = {}
    _collect(data, where, found)
    return list(found)


def _collect(data: object, where: str, found: dict[Pin, None]) -> None:
    if isinstance(data, dict):
        if {"registry", "path"} <= data.keys():
            found[Pin.from_json(data, where)] = None
        # A source has the pin of its patches in it, a program those of its crates.
        for value in data.values():
            _collect(value, where, found)
    elif isinstance(data, list):
        for value in data:
            _collect(value, where, found)
