"""A package whose source is a repository's tree: a build needs nothing but the tree in the store."""

import json
import subprocess
import tarfile
import uuid
from pathlib import Path

import pytest

from flakes import NIX, copied

pytestmark = pytest.mark.nix

COMMIT = "1" * 40
TIME = 1790000000


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree that no store holds yet, named as a pin names it."""
    folder = tmp_path / f"demo-{COMMIT}"
    (folder / "sub").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(f"# {uuid.uuid4()}\n")
    (folder / "sub/run").write_text("#!/bin/sh\n")
    (folder / "sub/run").chmod(0o755)
    (folder / "sub/link").symlink_to("../pyproject.toml")
    return folder


@pytest.fixture
def source(tmp_path: Path, tree: Path) -> str:
    """The derivation of the archive that a package is built from, in a flake which has it besides our own."""
    copy = copied(tmp_path / "copy")
    sha256 = run("nix-hash", "--type", "sha256", str(tree))
    pin = {
        "name": "demo",
        "version": "1.0",
        "tag": "v1.0",
        "sdist": {"registry": "github", "path": f"them/demo/{COMMIT}", "sha256": sha256, "size": 1},
        "upload_time": TIME,
        "languages": ["c"],
        "backend": "setuptools.build_meta",
        "build": {"cp313": {"native": [], "target": [], "packages": []}},
        "wheels": {},
    }
    (copy / "pkgs/demo").mkdir()
    (copy / "pkgs/demo/default.nix").write_text("{ }\n")
    (copy / "pkgs/demo/pin.json").write_text(json.dumps(pin))
    wheel = run(*NIX, "eval", "--raw", f"path:{copy}#packages.x86_64-linux.demo-riscv64.cp313.drvPath")
    below = run("nix-store", "--query", "--requisites", wheel).split()
    return next(path for path in below if path.endswith("-demo-1.0-source.drv"))


def test_it_is_packed_as_an_sdist(tree: Path, source: str) -> None:
    run("nix-store", "--add-fixed", "--recursive", "sha256", str(tree))
    built = subprocess.run(["nix-store", "--realise", source], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    with tarfile.open(Path(built.stdout.strip(), "source.tar")) as archive:
        members = {member.name: member for member in archive}
        text = archive.extractfile("source/pyproject.toml")
        assert text
        assert text.read() == (tree / "pyproject.toml").read_bytes()
    names = ("pyproject.toml", "sub", "sub/link", "sub/run")
    assert list(members) == ["source", *(f"source/{name}" for name in names)]
    assert {(member.mtime, member.uid, member.gid) for member in members.values()} == {(TIME, 0, 0)}
    assert members["source/pyproject.toml"].mode == 0o644
    assert members["source/sub/run"].mode == 0o755
    assert members["source/sub/link"].linkname == "../pyproject.toml"


def test_without_the_tree_it_says_how_to_get_it(source: str) -> None:
    done = subprocess.run(["nix-store", "--realise", source], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert f"demo-{COMMIT} is not in the Nix store (pin github:them/demo/{COMMIT})" in done.stderr
    assert "mirrors --write" not in done.stderr
