"""From the Nix store into the user's folder."""

import shutil
from pathlib import Path

from farwheel.errors import FarwheelError
from farwheel.files import beside, sha256_of


def wheel_of(output: str) -> Path:
    """The wheel of a built target. FarwheelError when there is not exactly one."""
    found = sorted(Path(output).rglob("*.whl"))
    if len(found) != 1:
        raise FarwheelError(f"{output} holds {' and '.join(file.name for file in found) or 'no wheel'}")
    return found[0]


def put(wheel: Path, folder: Path, *, force: bool) -> tuple[Path, str]:
    """Copy a wheel so that it is there whole or not at all; (its path, its sha256).

    Raises FarwheelError when another file of that name is there, unless `force` is given.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / wheel.name
    sha256 = sha256_of(wheel)
    if target.exists():
        if sha256_of(target) == sha256:
            return target, sha256
        if not force:
            raise FarwheelError(
                f"{target} exists and holds other bytes than this build made",
                "one name stands for one content: move the old one away, or replace it with --force",
            )
    with beside(target) as new:
        with new.open("wb") as copy, wheel.open("rb") as source:
            shutil.copyfileobj(source, copy)
        new.replace(target)
    return target, sha256
