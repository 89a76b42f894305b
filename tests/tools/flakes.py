"""Our flake, for tests that ask Nix itself about it, without anybody's caches."""

import shutil
from pathlib import Path

from farwheel.nix import FEATURES, REPOSITORY

NIX = ["nix", *FEATURES, "--option", "substituters", ""]


def copied(folder: Path) -> Path:
    """A copy of the flake's own files, to be changed at will."""
    for name in ("nix", "pkgs"):
        shutil.copytree(REPOSITORY / name, folder / name)
    for name in ("flake.nix", "flake.lock"):
        shutil.copy(REPOSITORY / name, folder)
    return folder
