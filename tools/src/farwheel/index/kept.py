"""closures/pins.json: the pure wheels of others that the index carries, each since when.

Machines write it (`audit --pin`, `lock`, `new`) and only ever add: what was published stays published.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from packaging.utils import parse_wheel_filename

from farwheel.change import Change
from farwheel.errors import FarwheelError
from farwheel.pins import Pin, read_json

_HINT = "restore it from version control: only `audit --pin`, `lock` and `new` write it"


@dataclass(frozen=True)
class Kept:
    """A pinned wheel; `added` (UTC, whole seconds) is what the index calls upload-time (PEP 700)."""

    pin: Pin
    added: str


def path(packages: Path) -> Path:
    """Where the pins are, beside the folder of the recipes."""
    return packages.parent / "closures/pins.json"


def read(file: Path) -> dict[str, Kept]:
    """File name -> what is pinned, {} where there is no file; FarwheelError for what is no pure wheel."""
    if not file.exists():
        return {}
    try:
        return dict(_read(file))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise FarwheelError(f"{file} is no list of pins: {error!r}", _HINT) from None


def _read(file: Path) -> Iterator[tuple[str, Kept]]:
    for name, data in read_json(file)["pure"].items():
        pin = Pin.from_json(data, str(file))
        tags = parse_wheel_filename(name)[3]
        if pin.file_name != name or any(tag.platform != "any" for tag in tags):
            raise ValueError(f"{name} is not the name of a pinned pure wheel")
        yield name, Kept(pin, str(data["added"]))


def more(file: Path, pins: Iterable[Pin]) -> Change:
    """The file with these pins too, which enter now. FarwheelError for a name that has other bytes there."""
    found = read(file)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for pin in pins:
        old = found.setdefault(pin.file_name, Kept(pin, now))
        if old.pin.sha256 != pin.sha256:
            raise FarwheelError(
                f"{pin.file_name} is pinned with other bytes:\n"
                f"  pinned: sha256 {old.pin.sha256}\n"
                f"  now:    sha256 {pin.sha256}",
                "one name stands for one content: do not trust the index that gives the second",
            )
    rows = {name: kept.pin.to_json() | {"added": kept.added} for name, kept in found.items()}
    return Change.of(file, {"pure": rows})
