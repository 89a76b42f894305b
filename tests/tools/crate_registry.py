"""A small registry of crates on loopback: a sparse index and the files, as cargo reads them."""

import gzip
import hashlib
import io
import json
import os
import pwd
import tarfile
from pathlib import Path

import pytest

from farwheel import crates
from loopback import Server


def crate(name: str, version: str, **files: str) -> bytes:
    """A `.crate` file; dots in names of `files` are spelled `__`."""
    contents = {"Cargo.toml": manifest(name, version), "src/lib.rs": ""}
    contents |= {key.replace("__", "."): text for key, text in files.items()}
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as stream,
        tarfile.open(fileobj=stream, mode="w") as tar,
    ):
        for path, text in contents.items():
            info = tarfile.TarInfo(f"{name}-{version}/{path}")
            info.size = len(text.encode())
            tar.addfile(info, io.BytesIO(text.encode()))
    return packed.getvalue()


def manifest(name: str, version: str, more: str = "") -> str:
    """A Cargo.toml."""
    return f'[package]\nname = "{name}"\nversion = "{version}"\nedition = "2021"\nlicense = "MIT"\n{more}'


class Registry:
    """An index below `/index/` of a server, its crates below `/dl/`."""

    def __init__(self, server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.server = server
        self.index = f"{server.url}/index"
        self._lines: dict[str, dict[str, str]] = {}
        server.file("/index/config.json", json.dumps({"dl": f"{server.url}/dl"}).encode())
        (folder / "config.toml").write_text(
            '[source.crates-io]\nreplace-with = "m"\n'
            f'[source.m]\nregistry = "sparse+{self.index}/"\n'
        )  # fmt: skip
        monkeypatch.setenv("CARGO_HOME", str(folder))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        # rustup, where cargo is its, looks for toolchains in the home folder, which tests have none of.
        monkeypatch.setenv(
            "RUSTUP_HOME", os.environ.get("RUSTUP_HOME", pwd.getpwuid(os.getuid()).pw_dir + "/.rustup")
        )

    def publish(
        self, name: str, version: str, rustc: str | None = None, *, yanked: bool = False, **files: str
    ) -> str:
        """Add a crate, or change what the index says of it; its checksum."""
        content = crate(name, version, **files)
        checksum = hashlib.sha256(content).hexdigest()
        self.server.file(f"/dl/{name}/{version}/download", content)
        entry: dict[str, object] = {
            "name": name,
            "vers": version,
            "deps": [],
            "cksum": checksum,
            "features": {},
            "rust_version": rustc,
            "yanked": yanked,
        }
        self._lines.setdefault(name, {})[version] = json.dumps(entry)
        lines = "\n".join(self._lines[name].values())
        self.server.file(f"/index/{crates.prefix(name)}/{name}", lines.encode())
        return checksum
