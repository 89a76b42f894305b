"""The seed: one program out of one Debian package, unpacked without any program."""

import hashlib
import io
import lzma
import tarfile
import tempfile
from pathlib import Path

from farwheel import cache, nix, store
from farwheel.errors import FarwheelError

NAME = "busybox-static"


def add(package: Path, member: str, expected: str) -> None:
    """Take `member` out of a .deb and add it to the store as `expected`: a tree that holds bin/<its name>.

    Raises FarwheelError, before anything reaches the store, when the tree would not be that path.
    """
    content = read_member(package, member)
    program = member.rsplit("/", 1)[-1]
    got = store.recursive_path(NAME, nar_sha256(program, content))
    if got != expected:
        raise FarwheelError(
            f"{member} of {package.name} is not what nix/pins/seed.json stands for",
            f"it would be {got}, pinned is {expected}",
        )
    with tempfile.TemporaryDirectory(dir=cache.folder()) as top:
        binary = Path(top) / NAME / "bin" / program
        binary.parent.mkdir(parents=True)
        binary.write_bytes(content)
        binary.chmod(0o755)
        nix.run("nix-store", "--add-fixed", "--recursive", "sha256", str(Path(top) / NAME))


def read_member(package: Path, member: str) -> bytes:
    """One file of a .deb: an ar archive (deb(5)) whose data.tar.xz holds the files."""
    data = _ar_member(package.read_bytes(), "data.tar.xz", package.name)
    with tarfile.open(fileobj=io.BytesIO(lzma.decompress(data))) as archive:
        for name in (f"./{member}", member):
            try:
                file = archive.extractfile(name)
            except KeyError:
                continue
            if file is not None:
                return file.read()
    raise FarwheelError(f"{package.name} holds no {member}")


def _ar_member(data: bytes, wanted: str, where: str) -> bytes:
    position = len(b"!<arch>\n")
    while data.startswith(b"!<arch>\n") and position + 60 <= len(data):
        header = data[position : position + 60]
        name = header[:16].decode("ascii").strip().rstrip("/")
        size = int(header[48:58])
        if name == wanted:
            return data[position + 60 : position + 60 + size]
        position += 60 + size + size % 2
    raise FarwheelError(f"{where} is not a Debian package with a {wanted}")


def nar_sha256(program: str, content: bytes) -> str:
    """The hash (hex) of the NAR of a folder with nothing but an executable bin/<program>."""
    nar = _nar(b"nix-archive-1")
    nar += _folder("bin", _folder(program, _executable(content)))
    return hashlib.sha256(nar).hexdigest()


def _nar(*strings: bytes) -> bytes:
    return b"".join(len(s).to_bytes(8, "little") + s + bytes(-len(s) % 8) for s in strings)


def _folder(name: str, node: bytes) -> bytes:
    head = _nar(b"(", b"type", b"directory", b"entry", b"(", b"name", name.encode(), b"node")
    return head + node + _nar(b")", b")")


def _executable(content: bytes) -> bytes:
    return _nar(b"(", b"type", b"regular", b"executable", b"", b"contents", content, b")")
