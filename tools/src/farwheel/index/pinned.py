"""The pure wheels of others: from the Nix store where a build has brought them, or from the mirrors."""

from collections.abc import Mapping
from pathlib import Path

from farwheel import cache, store
from farwheel import fetch as fetching
from farwheel.pins import Pin


def fetch(pins: list[Pin]) -> Mapping[Pin, Path]:
    """Where each pin's file lies; what is not there yet is downloaded into the cache."""
    stored = {pin: Path(store.path(pin)) for pin in pins}
    found = {pin: path for pin, path in stored.items() if path.exists()}
    absent = [pin for pin in pins if pin not in found]
    if absent:
        with cache.alone("fetch"):
            fetching.download(absent, found.__setitem__)
    return found
