import io
import lzma
import subprocess
import tarfile
from pathlib import Path

import pytest

from farwheel import seed
from farwheel.errors import FarwheelError


def deb(path: Path, files: dict[str, bytes]) -> Path:
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    data = b"!<arch>\n"
    members = {
        "debian-binary": b"2.0\n",
        "control.tar.xz": b"odd",
        "data.tar.xz": lzma.compress(tar.getvalue()),
    }
    for name, content in members.items():
        header = f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n"
        data += header.encode() + content + b"\n" * (len(content) % 2)
    path.write_bytes(data)
    return path


def test_a_member_of_a_package(tmp_path: Path) -> None:
    package = deb(tmp_path / "x.deb", {"./usr/bin/busybox": b"program", "./usr/share/doc": b""})
    assert seed.read_member(package, "usr/bin/busybox") == b"program"
    with pytest.raises(FarwheelError, match=r"x\.deb holds no usr/bin/other"):
        seed.read_member(package, "usr/bin/other")


def test_what_is_no_package(tmp_path: Path) -> None:
    (tmp_path / "x.deb").write_bytes(b"<html>")
    with pytest.raises(FarwheelError, match="not a Debian package"):
        seed.read_member(tmp_path / "x.deb", "usr/bin/busybox")


def test_another_tree_than_the_pinned_one_never_reaches_the_store(tmp_path: Path) -> None:
    package = deb(tmp_path / "x.deb", {"./usr/bin/busybox": b"program"})
    with pytest.raises(FarwheelError, match="is not what nix"):
        seed.add(package, "usr/bin/busybox", "/nix/store/other-busybox-static")


@pytest.mark.nix
@pytest.mark.parametrize("content", [b"", b"12345678", b"odd"])
def test_the_hash_is_that_of_nix(tmp_path: Path, content: bytes) -> None:
    program = tmp_path / "tree/bin/busybox"
    program.parent.mkdir(parents=True)
    program.write_bytes(content)
    program.chmod(0o755)
    said = subprocess.run(
        ["nix-hash", "--type", "sha256", str(tmp_path / "tree")], capture_output=True, text=True, check=True
    )
    assert seed.nar_sha256("busybox", content) == said.stdout.strip()
