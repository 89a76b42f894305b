"""`nix/wheel/canonical.py` for this half: the program that rewrites wheels inside a build."""

import functools
import importlib.util
from pathlib import Path
from typing import Any

from farwheel.errors import FarwheelError
from farwheel.nix import REPOSITORY

PROGRAM = REPOSITORY / "nix/wheel/canonical.py"
_HINT = "use a wheel as its build backend or auditwheel made it"


@functools.cache
def program() -> Any:
    """The module; it lies outside of this package, so that a build depends on that one file alone."""
    spec = importlib.util.spec_from_file_location("farwheel_canonical", PROGRAM)
    if spec is None or spec.loader is None:
        raise FarwheelError(f"{PROGRAM} cannot be loaded", "use a whole checkout of Farwheel")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def canonicalise(source: Path, target: Path, epoch: int | None = None) -> None:
    """Write the canonical form of a wheel to `target`, which may be `source`.

    `epoch` is in seconds since 1970; without it, the newest time among the wheel's own members. FarwheelError
    for what cannot be rewritten without loss, and for what no installer should see.
    """
    canonical = program()
    try:
        canonical.canonicalise(source, target, canonical.newest(source) if epoch is None else epoch)
    except canonical.RefusedError as error:
        raise FarwheelError(str(error), _HINT) from error
    except OSError as error:
        raise FarwheelError(f"{source} was not rewritten: {error}") from error
