"""Bundles that are none; whole ones are in test_build.py."""

import io
import json
import tarfile
from pathlib import Path

import pytest

from farwheel import bundle
from farwheel.errors import FarwheelError


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (json.dumps({"farwheel_bundle": 1, "pins": 5}), "is not a bundle that this version reads"),
        (json.dumps({"farwheel_bundle": 1, "pins": [5]}), "manifest.json: not a pin: 5"),
        ("[" * 100_000, "is not a bundle that this version reads"),
    ],
)
def test_a_manifest_that_is_nonsense_is_told(manifest: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "bundle.tar"
    with tarfile.open(path, "w") as archive:
        entry = tarfile.TarInfo("manifest.json")
        entry.size = len(manifest)
        archive.addfile(entry, io.BytesIO(manifest.encode()))
    with pytest.raises(FarwheelError, match=said):
        bundle.read(path)
