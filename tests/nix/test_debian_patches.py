"""nix/libs/debian.sh: which of Debian's patches a library is built with."""

import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from farwheel import nix

# Instead of applying a patch, print it.
SCRIPT = f'patch() {{ cat; }}; . {nix.REPOSITORY}/nix/libs/debian.sh; debian_patches "$@"'


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A .debian.tar of three patches, each of which holds its name, and one that the series leaves out."""
    patches = tmp_path / "theirs/patches"
    patches.mkdir(parents=True)
    names = ("advisory.patch", "man-page.patch", "Configure-flags")
    for name in (*names, "old.patch"):
        (patches / name).write_text(f"{name}\n")
    (patches / "series").write_text("\n".join((*names, "#old.patch", "")))
    with tarfile.open(tmp_path / "debian.tar", "w") as packed:
        packed.add(tmp_path / "theirs", "debian")
    return tmp_path / "debian.tar"


def built(archive: Path, *patterns: str) -> subprocess.CompletedProcess[str]:
    source = archive.parent / "source"
    source.mkdir()
    return subprocess.run(
        ["bash", "-euc", SCRIPT, "bash", *patterns],
        cwd=source,
        env=os.environ | {"patches": str(archive)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_all_but_the_named_ones_are_applied(archive: Path) -> None:
    done = built(archive, "man-*.patch", "Configure-*")
    assert (done.returncode, done.stdout, done.stderr) == (0, "advisory.patch\n", "")


def test_a_pattern_that_is_for_none_is_an_error(archive: Path) -> None:
    done = built(archive, "Configure-*", "man-section.patch")
    assert (done.returncode, done.stderr) == (1, "error: Debian has no patch man-section.patch\n")
