"""A bundle: everything that a target needs, in one archive, for a machine without a network.

An uncompressed tar (what it holds is compressed already): `manifest.json`, then `files/<sha256>`.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from farwheel import cache, fetch, nix, store
from farwheel.errors import FarwheelError, UsageError
from farwheel.fetch import Adder, Wanted
from farwheel.files import beside
from farwheel.pins import Pin

_FORMAT = 1
_EPOCH = 315532800
_CHUNK = 1 << 20


def write(path: Path, wanted: Iterable[Wanted]) -> int:
    """Write a bundle of these pins, downloading what is not in the store; the number of files in it."""
    wanted = sorted(wanted)
    files = {item.pin: file for item in wanted if (file := _stored(item))}
    manifest = {
        "farwheel_bundle": _FORMAT,
        "pins": [item.pin.to_json() | {"output": item.output, "member": item.member} for item in wanted],
    }
    with cache.alone("fetch"):
        fetch.download([item.pin for item in wanted if item.pin not in files], files.__setitem__)
        _archive(path, manifest, {pin.sha256: file for pin, file in files.items()})
    return len(wanted)


def _stored(item: Wanted) -> Path | None:
    """The pinned file, where the store has it."""
    if item.member or not Path(item.output).exists():
        return None
    if not item.pin.is_tree:
        return Path(item.output)
    nar = cache.file(item.pin)
    nix.dump(Path(item.output), nar)
    return nar


def _archive(path: Path, manifest: dict[str, Any], files: dict[str, Path]) -> None:
    text = json.dumps(manifest, indent=2, sort_keys=True).encode() + b"\n"
    with beside(path) as new:
        with tarfile.open(new, "w") as tar:
            _append(tar, "manifest.json", io.BytesIO(text), len(text))
            for sha256, source in sorted(files.items()):
                with source.open("rb") as file:
                    _append(tar, f"files/{sha256}", file, source.stat().st_size)
        new.replace(path)


def _append(tar: tarfile.TarFile, name: str, content: IO[bytes], size: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = size
    entry.mtime = _EPOCH
    tar.addfile(entry, content)


def read(path: Path) -> int:
    """Add what a bundle holds to the store; the number of files that were not there before.

    Nothing of the archive names a place on this machine: files are known by their hash, which is checked.
    """
    try:
        with cache.alone("fetch"), tarfile.open(path, "r:") as tar:
            todo = fetch.absent(_manifest(tar, path))
            _take(tar, path, todo)
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist", "write it where the network is: fetch --bundle") from None
    except (tarfile.TarError, EOFError, UnicodeDecodeError) as error:
        raise FarwheelError(
            f"{path} is not a whole bundle: {error}", "write it again with: fetch --bundle"
        ) from None
    return len(todo)


def _manifest(tar: tarfile.TarFile, path: Path) -> list[Wanted]:
    first = tar.next()
    file = tar.extractfile(first) if first and first.name == "manifest.json" else None
    try:
        data: object = json.load(file) if file else None
    except (json.JSONDecodeError, RecursionError):
        data = None
    pins = data.get("pins", []) if isinstance(data, dict) and data.get("farwheel_bundle") == _FORMAT else None
    if not isinstance(pins, list):
        raise FarwheelError(
            f"{path} is not a bundle that this version reads", "write it with: fetch --bundle FILE"
        )
    return [_item(entry, f"{path}: manifest.json") for entry in pins]


def _item(entry: dict[str, Any], where: str) -> Wanted:
    pin = Pin.from_json(entry, where)
    member = str(entry.get("member", ""))
    # A flat output follows from the pin; the seed's is checked against the unpacked tree.
    output = str(entry.get("output", "")) if member else store.path(pin)
    return Wanted(pin, output, member)


def _take(tar: tarfile.TarFile, path: Path, todo: list[Wanted]) -> None:
    by_hash: dict[str, dict[Pin, None]] = {}
    for item in todo:
        by_hash.setdefault(item.pin.sha256, {})[item.pin] = None
    adder = Adder(todo)
    while entry := tar.next():
        for pin in by_hash.pop(entry.name.removeprefix("files/"), {}):
            adder(pin, _unpack(tar, entry, pin, path))
    adder.flush()
    if by_hash:
        lost = next(iter(next(iter(by_hash.values()))))
        raise FarwheelError(f"{path} lacks {lost.file_name}, which its manifest promises", "write it again")


def _unpack(tar: tarfile.TarFile, entry: tarfile.TarInfo, pin: Pin, path: Path) -> Path:
    source = tar.extractfile(entry)
    digest = hashlib.sha256()
    target = cache.file(pin)
    temporary = target.with_name(f".bundle-{os.getpid()}")
    try:
        with temporary.open("wb") as file:
            while source and (chunk := source.read(_CHUNK)):
                digest.update(chunk)
                file.write(chunk)
        if digest.hexdigest() != pin.sha256:
            raise FarwheelError(
                f"{path}: {pin.file_name} does not match its pin: the bundle is damaged", "copy it again"
            )
        return temporary.rename(target)
    finally:
        temporary.unlink(missing_ok=True)
