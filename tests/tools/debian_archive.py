"""A tiny Debian archive in a folder, its indexes written by hand, for apt to read by file: URLs."""

import hashlib
import io
import lzma
import tarfile
from dataclasses import dataclass
from pathlib import Path


@dataclass
class DebianArchive:
    """Packages and sources by suite; `write` the indexes when all are there."""

    folder: Path

    def __post_init__(self) -> None:
        self.packages: dict[str, list[str]] = {}
        self.sources: dict[str, list[str]] = {}

    @property
    def root(self) -> str:
        """The base URL."""
        return f"file:{self.folder}"

    def add_package(
        self,
        suite: str,
        name: str,
        version: str,
        depends: str = "",
        *,
        content: bytes = b"",
        fields: str = "",
    ) -> str:
        """Publish a binary package and return its path."""
        path = self._put(
            f"{name}_{_without_epoch(version)}_amd64.deb", content or f"{name} {version}".encode()
        )
        self.packages.setdefault(suite, []).append(
            f"Package: {name}\nVersion: {version}\nArchitecture: amd64\n"
            "Maintainer: nobody\nDescription: none\n"
            + (f"Depends: {depends}\n" if depends else "")
            + fields
            + f"Filename: {path}\n{self._sums(path)}"
        )
        return path

    def add_source(self, suite: str, name: str, version: str, *files: str, log: str = "") -> None:
        """Publish a source package with these files (and its .dsc), Debian's own with a changelog."""
        contents = {
            file: packaging(log) if file.endswith(".debian.tar.xz") else file.encode()
            for file in (f"{name}_{version}.dsc", *files)
        }
        paths = [self._put(*file) for file in contents.items()]
        sums = "".join(
            f" {self._sha256(path)} {self._size(path)} {path.rsplit('/', 1)[1]}\n" for path in paths
        )
        self.sources.setdefault(suite, []).append(
            f"Package: {name}\nBinary: {name}\nVersion: {version}\nMaintainer: nobody\nArchitecture: any\n"
            f"Format: 3.0 (quilt)\nDirectory: pool\nChecksums-Sha256:\n{sums}"
        )

    def write(self, date: str = "Thu, 01 Oct 2026 10:20:30 UTC") -> None:
        """Write Packages, Sources and Release of every suite."""
        for suite in self.packages.keys() | self.sources.keys():
            top = self.folder / "dists" / suite
            for name, stanzas in (
                ("main/binary-amd64/Packages", self.packages.get(suite, [])),
                ("main/source/Sources", self.sources.get(suite, [])),
            ):
                (top / name).parent.mkdir(parents=True, exist_ok=True)
                (top / name).write_text("\n".join(stanzas), encoding="utf-8")
            indexes = [file for file in sorted(top.rglob("*")) if file.is_file() and file.name != "Release"]
            sums = "".join(
                f" {_sha256(file)} {file.stat().st_size} {file.relative_to(top)}\n" for file in indexes
            )
            (top / "Release").write_text(
                f"Suite: {suite}\nCodename: {suite}\nDate: {date}\nValid-Until: {date}\n"
                f"Architectures: amd64\n"
                f"Components: main\nSHA256:\n{sums}",
                encoding="utf-8",
            )

    def _put(self, name: str, content: bytes) -> str:
        path = self.folder / "pool" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return f"pool/{name}"

    def _sums(self, path: str) -> str:
        return f"Size: {self._size(path)}\nSHA256: {self._sha256(path)}\n"

    def _size(self, path: str) -> int:
        return (self.folder / path).stat().st_size

    def _sha256(self, path: str) -> str:
        return _sha256(self.folder / path)


def packaging(log: str) -> bytes:
    """A .debian.tar.xz with this changelog."""
    data, content = io.BytesIO(), log.encode()
    with tarfile.open(fileobj=data, mode="w:xz") as archive:
        member = tarfile.TarInfo("debian/changelog")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return data.getvalue()


def deb(**files: bytes) -> bytes:
    """A .deb whose data.tar.xz holds the files; "/" in names is spelled `__`."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo("./" + name.replace("__", "/"))
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    packed = b"!<arch>\n"
    for name, content in (("debian-binary", b"2.0\n"), ("data.tar.xz", lzma.compress(data.getvalue()))):
        packed += f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n".encode() + content
        packed += b"\n" * (len(content) % 2)
    return packed


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _without_epoch(version: str) -> str:
    return version.rpartition(":")[2]
