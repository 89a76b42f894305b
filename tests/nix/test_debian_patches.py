"""nix/libs/debian.sh: which of Debian's patches a library is built with."""

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from farwheel import nix

DEBIAN = nix.REPOSITORY / "nix/libs/debian.sh"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A .debian.tar.xz of three patches, each of which adds a file of its name, and one left out of them."""
    patches = tmp_path / "debian/patches"
    patches.mkdir(parents=True)
    names = ("advisory.patch", "man-page.patch", "Configure-flags")
    for name in (*names, "old.patch"):
        (patches / name).write_text(f"--- /dev/null\n+++ b/{name}.added\n@@ -0,0 +1 @@\n+{name}\n")
    (patches / "series").write_text("\n".join((*names, "#old.patch", "")))
    with tarfile.open(tmp_path / "debian.tar.xz", "w:xz") as packed:
        packed.add(tmp_path / "debian", "debian")
    shutil.rmtree(tmp_path / "debian")
    return tmp_path / "debian.tar.xz"


def built(archive: Path, *patterns: str) -> tuple[str, set[str]]:
    """What `debian_patches` complained of, and the patches that it applied."""
    source = archive.parent / "source"
    source.mkdir()
    done = subprocess.run(
        ["bash", "-euc", f'. {DEBIAN}; debian_patches "$@"', "bash", *patterns],
        cwd=source,
        env=os.environ | {"patches": str(archive)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr, {file.stem for file in source.glob("*.added")}


def test_all_but_the_named_ones_are_applied(archive: Path) -> None:
    assert built(archive, "man-*.patch", "Configure-*") == ("", {"advisory.patch"})


def test_a_pattern_that_is_for_none_is_an_error(archive: Path) -> None:
    complaint, _ = built(archive, "Configure-*", "man-section.patch")
    assert complaint == "error: Debian has no patch man-section.patch\n"
