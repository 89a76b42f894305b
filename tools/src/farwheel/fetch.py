"""What a derivation needs from outside, and bringing it into the Nix store."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from farwheel import cache, derivation, nix, seed, store
from farwheel.errors import UnavailableError
from farwheel.pins import Pin, pins_in, read_json
from farwheel.progress import DownloadProgress, megabytes

_BATCH = 32
# What has to stay free on the disk besides the files themselves, in bytes.
_ROOM = 200_000_000


@dataclass(frozen=True, order=True)
class Wanted:
    """A pin and the store path that it becomes; `member` is set for the seed, which is unpacked first."""

    pin: Pin
    output: str
    member: str = ""


def missing(derivations: list[str]) -> list[Wanted]:
    """What has to be fetched before these derivations can be built; nothing for what is built already."""
    return of(nix.dry_run(derivations)) if derivations else []


def everything(derivations: list[str]) -> list[Wanted]:
    """All pins below these derivations, whether they are in the store or not."""
    return of(nix.requisites(*derivations))


def all_pins() -> list[Wanted]:
    """All pins that the repository holds, but for those of the mode `emulated`, which few will ever use."""
    found = set()
    patterns = ("nix/pins/*.json", "pkgs/*/pin.json", "closures/pins.json")
    for path in (path for pattern in patterns for path in nix.REPOSITORY.glob(pattern)):
        if path.name.startswith("native-"):
            continue
        data = read_json(path)
        if path.name == "seed.json":
            output = store.recursive_path(seed.NAME, data["nar_sha256"])
            found.add(Wanted(Pin.from_json(data, str(path)), output, data["member"]))
        else:
            found |= {Wanted(pin, store.path(pin)) for pin in pins_in(data, str(path))}
    return sorted(found)


def of(paths: Iterable[str]) -> list[Wanted]:
    """The pins among these derivations."""
    found = set()
    for path in paths:
        read = derivation.read(path)
        if read.env.get("pin"):
            found.add(Wanted(Pin.from_json(read.env, path), read.outputs["out"], read.env.get("member", "")))
    return sorted(found)


def fetch(wanted: Iterable[Wanted]) -> int:
    """Download what is not in the store yet, and add it; the number of files that it took."""
    wanted = list(wanted)
    if not wanted:
        return 0
    with cache.alone("fetch"):
        todo = absent(wanted)
        adder = Adder(todo)
        try:
            download([item.pin for item in todo], adder)
        finally:
            # What has come is taken even when one fails.
            adder.flush()
    return len(todo)


def absent(wanted: list[Wanted]) -> list[Wanted]:
    """Those that are not in the store."""
    there = store.valid(item.output for item in wanted)
    return [item for item in wanted if item.output not in there]


class Adder:
    """Takes downloaded files into the store, in batches, and out of the cache folder."""

    def __init__(self, wanted: Iterable[Wanted]) -> None:
        self._wanted: dict[Pin, list[Wanted]] = {}
        for item in wanted:
            self._wanted.setdefault(item.pin, []).append(item)
        self._waiting: list[tuple[Path, str]] = []

    def __call__(self, pin: Pin, path: Path) -> None:
        """A file is whole."""
        flat = False
        for item in self._wanted[pin]:
            if item.member:
                seed.add(path, item.member, item.output)
            elif pin.is_tree:
                store.add_tree(path, item.output)
            else:
                self._waiting.append((path, item.output))
                flat = True
        if not flat:
            forget(path)
        if len(self._waiting) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Nothing more will come, or enough has come."""
        store.add_files(self._waiting)
        for path, _ in self._waiting:
            forget(path)
        self._waiting = []


def forget(path: Path) -> None:
    """Remove a downloaded file and its folder."""
    shutil.rmtree(path.parent, ignore_errors=True)


def download(pins: list[Pin], take: Callable[[Pin, Path], None]) -> None:
    """Bring pins from the mirrors into the cache folder, and hand each to `take`.

    The caller holds the cache's lock "fetch".
    """
    if not pins:
        return
    # The HTTP client takes a tenth of a second to import, and a second build fetches nothing.
    from farwheel.download import Downloader
    from farwheel.web import client

    total = sum(pin.size for pin in set(pins))
    free = shutil.disk_usage(cache.folder()).free
    if free < total + _ROOM:
        raise UnavailableError(
            f"{megabytes(total)} are to be fetched, and {cache.folder()} has {megabytes(free)} free",
            "make room there, or set FARWHEEL_CACHE to a folder on another disk",
        )
    with client() as http, DownloadProgress(total, len(set(pins))) as progress:
        Downloader(http, progress).fetch_all(pins, take)
