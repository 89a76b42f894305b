"""Paths in the Nix store that follow from a hash alone, and how bytes get there."""

import hashlib
import tempfile
from collections.abc import Iterable
from pathlib import Path

from farwheel import cache, nix
from farwheel.errors import FarwheelError
from farwheel.pins import Pin

STORE = "/nix/store"
_ALPHABET = "0123456789abcdfghijklmnpqrsvwxyz"
_BATCH = 50


def path(pin: Pin) -> str:
    """The store path that a pin becomes."""
    return (recursive_path if pin.is_tree else flat_path)(pin.store_name, pin.sha256)


def flat_path(name: str, sha256: str) -> str:
    """The store path of a file `name` whose content has this sha256 (hex)."""
    inner = hashlib.sha256(f"fixed:out:sha256:{sha256}:".encode()).hexdigest()
    return _path("output:out", inner, name)


def recursive_path(name: str, nar_sha256: str) -> str:
    """The store path of a tree `name` whose NAR serialisation has this sha256 (hex)."""
    return _path("source", nar_sha256, name)


def _path(kind: str, sha256: str, name: str) -> str:
    digest = hashlib.sha256(f"{kind}:sha256:{sha256}:{STORE}:{name}".encode()).digest()
    folded = bytearray(20)
    for index, byte in enumerate(digest):
        folded[index % 20] ^= byte
    return f"{STORE}/{_base32(bytes(folded))}-{name}"


def _base32(data: bytes) -> str:
    number = int.from_bytes(data, "little")
    digits = -(-len(data) * 8 // 5)
    return "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(digits)))


def add_files(files: Iterable[tuple[Path, str]]) -> None:
    """Add files to the store as flat fixed outputs; each comes with the store path that it must get.

    Raises FarwheelError when the content is not what the path stands for.
    """
    pairs = list(files)
    for start in range(0, len(pairs), _BATCH):
        batch = pairs[start : start + _BATCH]
        added = nix.run("nix-store", "--add-fixed", "sha256", *(str(path) for path, _ in batch)).split()
        for (path, expected), got in zip(batch, added, strict=True):
            if got != expected:
                path.unlink(missing_ok=True)
                raise FarwheelError(
                    f"{path} was changed on disk after its hash had been checked", "run this again"
                )


def add_tree(nar: Path, expected: str) -> None:
    """Add the tree that a NAR holds to the store, as the path that it must get.

    Raises FarwheelError when the content is not what the path stands for.
    """
    with tempfile.TemporaryDirectory(dir=cache.folder()) as folder:
        tree = Path(folder, expected.rsplit("/", 1)[-1].partition("-")[2])
        nix.restore(nar, tree)
        if nix.run("nix-store", "--add-fixed", "--recursive", "sha256", str(tree)).strip() != expected:
            nar.unlink()
            raise FarwheelError(
                f"{nar} was changed on disk after its hash had been checked", "run this again"
            )


def valid(paths: Iterable[str]) -> set[str]:
    """Those of the store paths that are in the store, whole."""
    existing = [path for path in paths if Path(path).exists()]
    if not existing:
        return set()
    broken = nix.run("nix-store", "--check-validity", "--print-invalid", *existing).split()
    return set(existing) - set(broken)
