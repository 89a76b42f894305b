"""The pure wheels of others: from the Nix store where a build has brought them, or from the mirrors."""

from collections.abc import Mapping
from pathlib import Path

from farwheel import cache, store
from farwheel.pins import Pin


def fetch(pins: list[Pin]) -> Mapping[Pin, Path]:
    """Where each pin's file lies; what is not there yet is downloaded into the cache."""
    stored = {pin: Path(store.path(pin)) for pin in pins}
    found = {pin: path for pin, path in stored.items() if path.exists()}
    absent = [pin for pin in pins if pin not in found]
    if absent:
        found |= _download(absent)
    return found


def _download(pins: list[Pin]) -> dict[Pin, Path]:
    from farwheel.download import Downloader
    from farwheel.progress import DownloadProgress
    from farwheel.web import client

    found: dict[Pin, Path] = {}
    total = sum(pin.size for pin in pins)
    with cache.alone("fetch"), client() as http, DownloadProgress(total, len(pins)) as progress:
        Downloader(http, progress).fetch_all(pins, found.__setitem__)
    return found
