import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crate_registry import Registry, crate
from debian_archive import DebianArchive, deb
from farwheel import crates, web
from farwheel.errors import FarwheelError
from farwheel.ingredients import INGREDIENTS, Sources, lock_ingredient, lock_sources, packaging
from farwheel.lock import Upstream
from farwheel.pins import Pin
from farwheel.pypi import Index
from farwheel.seed import nar_sha256
from loopback import Server
from package_index import PackageIndex
from package_index import serve as serve_index

pytestmark = pytest.mark.skipif(shutil.which("apt-get") is None, reason="apt is on Debian-like hosts only")

BUSYBOX = b"#!busybox"
CRATE = b"crate"
CARGO_LOCK = f"""
[[package]]
name = "leaf"
version = "1.0.0"
source = "registry+https://index.test"
checksum = "{hashlib.sha256(CRATE).hexdigest()}"
""".encode()
MANIFESTS: dict[str, dict[str, Any]] = {
    "root": {"suite": "stable", "architecture": "amd64", "packages": ["shell"], "from": {"make": "old"}},
    "native-loongarch64": {"suite": "stable", "architecture": "amd64", "packages": ["shell"]},
    "native-riscv64": {"suite": "stable", "architecture": "amd64", "packages": ["make"]},
    "rust": {
        "suite": "stable",
        "architecture": "amd64",
        "below": "root",
        "source": "rust-src",
        "packages": ["rust-src", "shell"],
    },
    "clang": {"suite": "stable", "architecture": "amd64", "below": "root", "packages": ["rust-src"]},
    "x11": {"suite": "stable", "architecture": "amd64", "below": "root", "packages": ["rust-src"]},
    "bindgen": {"crate": "tidy", "program": "tidyup", "compiler": "rust"},
    "formatter": {"crate": "tidy", "program": "tidyup", "compiler": "rust"},
    "sources": {
        "zlib": {"source": "zlib", "suite": "stable"},
        "mended": {"source": "zlib", "suite": "stable", "patched": True},
        "given": {
            "registry": "debian",
            "path": "pool/g.tar.gz",
            "sha256": "0" * 64,
            "size": 5,
            "version": "7",
        },
    },
    "seed": {"suite": "stable", "package": "busybox-static", "member": "usr/bin/busybox"},
    "tools": {"python": "3.13", "requirements": ["auditor"]},
}


@pytest.fixture
def archive(tmp_path: Path) -> DebianArchive:
    archive = DebianArchive(tmp_path / "archive")
    archive.add_package("stable", "shell", "5.2", "make")
    for suite in ("stable", "old"):
        archive.add_package(suite, "make", {"stable": "4.4", "old": "4.3"}[suite])
    archive.add_package("stable", "busybox-static", "1:1.37", content=deb(usr__bin__busybox=BUSYBOX))
    archive.add_source("stable", "zlib", "1.3-1", "zlib_1.3.orig.tar.gz", "zlib_1.3-1.debian.tar.xz")
    lock = {"usr__src__rustc-1.96.0__library__Cargo.lock": CARGO_LOCK}
    archive.add_package("stable", "rust-src", "1.96.0+dfsg1-1", content=deb(**lock))
    archive.write()
    tidy = archive.folder / crates.path("tidy", "0.5.0")
    tidy.parent.mkdir()
    tidy.write_bytes(crate("tidy", "0.5.0", Cargo__lock=CARGO_LOCK.decode()))
    return archive


@pytest.fixture
def sources(archive: DebianArchive, tmp_path: Path) -> Iterator[Sources]:
    def download(pin: Pin) -> Path:
        return archive.folder / pin.path

    with serve_index(PackageIndex()) as index:
        index.add_wheel("auditor", "6.8", "py3-none-any", "elf")
        index.add_wheel("elf", "0.3", "py3-none-manylinux_2_17_x86_64")
        upstream = Upstream(Index(web.client(timeout=5), [index.url]), [index.url], download, print)
        yield Sources([archive.root], tmp_path / "lists", upstream, trusted=True)


@pytest.fixture
def pins(tmp_path: Path, serve: Callable[[], Server], monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "pins"
    folder.mkdir()
    for name, manifest in MANIFESTS.items():
        (folder / f"{name}.manifest.json").write_text(json.dumps(manifest))
    (folder / "root.json").write_text('{"packages": [{"name": "shell"}, {"name": "make"}]}')
    (folder / "rust.json").write_text('{"version": "1.96.0"}')
    cached = tmp_path / "cargo/registry/cache/index.test-1/leaf-1.0.0.crate"
    cached.parent.mkdir(parents=True)
    registry = Registry(serve(), tmp_path / "cargo", monkeypatch)
    registry.publish("tidy", "0.5.0", "1.90", Cargo__lock=CARGO_LOCK.decode())
    registry.publish("tidy", "0.6.0", "1.97")
    cached.write_bytes(CRATE)
    return folder


WITH_CARGO = pytest.mark.skipif(shutil.which("cargo") is None, reason="cargo resolves the formatter")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[WITH_CARGO] if name in {"bindgen", "formatter"} else [])
        for name in INGREDIENTS
    ],
)
def test_locking_twice_is_stable(pins: Path, sources: Sources, name: str) -> None:
    first = lock_ingredient(pins, name, sources)
    assert first.needed
    first.write()
    assert not lock_ingredient(pins, name, sources).needed


def test_root(pins: Path, sources: Sources) -> None:
    new = lock_ingredient(pins, "root", sources).new
    assert new["resolved"] == "20261001T102030Z"
    assert [(entry["name"], entry["version"]) for entry in new["packages"]] == [
        ("make", "4.3"),
        ("shell", "5.2"),
    ]
    assert {*new["packages"][0]} == {"name", "architecture", "version", "registry", "path", "sha256", "size"}


def test_rust_is_what_the_root_lacks_and_the_crates_of_its_library(pins: Path, sources: Sources) -> None:
    new = lock_ingredient(pins, "rust", sources).new
    assert [entry["name"] for entry in new["packages"]] == ["rust-src"]
    assert new["version"] == "1.96.0"
    assert [(entry["path"], entry["size"]) for entry in new["crates"]] == [
        ("leaf/leaf-1.0.0.crate", len(CRATE))
    ]


@WITH_CARGO
def test_the_formatter_is_the_newest_that_our_rustc_compiles(pins: Path, sources: Sources) -> None:
    new = lock_ingredient(pins, "formatter", sources).new
    assert (new["path"], new["version"], new["program"]) == ("tidy/tidy-0.5.0.crate", "0.5.0", "tidyup")
    assert [entry["path"] for entry in new["crates"]] == ["leaf/leaf-1.0.0.crate"]


def test_sources_and_given_pins(pins: Path, sources: Sources) -> None:
    new = lock_ingredient(pins, "sources", sources).new["sources"]
    assert (new["zlib"]["version"], new["zlib"]["path"]) == ("1.3", "pool/zlib_1.3.orig.tar.gz")
    assert new["mended"]["version"] == "1.3-1"
    assert new["mended"]["path"] == new["zlib"]["path"]
    assert new["mended"]["patches"]["path"] == "pool/zlib_1.3-1.debian.tar.xz"
    assert new["given"] == MANIFESTS["sources"]["given"]


def test_a_single_source_moves_no_other(pins: Path, sources: Sources, archive: DebianArchive) -> None:
    lock_ingredient(pins, "sources", sources).write()
    before = {**json.loads((pins / "sources.json").read_text()), "resolved": "20260901T000000Z"}
    (pins / "sources.json").write_text(json.dumps(before))
    archive.add_source("stable", "zlib", "1.4-1", "zlib_1.4.orig.tar.gz", "zlib_1.4-1.debian.tar.xz")
    archive.write()
    change = lock_sources(pins, ["zlib"], sources)
    assert change.lines() == ["  zlib 1.3 -> 1.4"]
    assert change.new["sources"].pop("zlib")["resolved"] == "20261001T102030Z"
    assert change.new["sources"] == {n: s for n, s in before["sources"].items() if n != "zlib"}
    assert change.new["resolved"] == before["resolved"]
    lock_sources(pins, ["zlib"], sources).write()
    assert not lock_sources(pins, ["zlib"], sources).needed


def test_packaging_is_debians_and_of_what_may_be_affected(sources: Sources) -> None:
    manifest = MANIFESTS["sources"] | {
        "floor": {"source": "glibc", "suite": "stable", "not_affected": {"*": "why"}},
        "java": {"source": "zlib", "suite": "stable", "not_affected": {"CVE-2026-1111": "why"}},
    }
    found = packaging(manifest, sources)
    assert {name: file.version for name, file in found.items()} == dict.fromkeys(
        ("zlib", "mended", "java"), "1.3-1"
    )


def test_seed(pins: Path, sources: Sources) -> None:
    new = lock_ingredient(pins, "seed", sources).new
    assert new["nar_sha256"] == nar_sha256("busybox", BUSYBOX)
    assert (new["version"], new["member"]) == ("1:1.37", "usr/bin/busybox")


def test_tools(pins: Path, sources: Sources) -> None:
    wheels = lock_ingredient(pins, "tools", sources).new["wheels"]
    assert [(wheel["name"], wheel["version"]) for wheel in wheels] == [("auditor", "6.8"), ("elf", "0.3")]
    assert wheels[1]["path"].endswith("/elf-0.3-py3-none-manylinux_2_17_x86_64.whl")


def test_a_manifest_that_forgets_a_field_is_named(pins: Path, sources: Sources) -> None:
    (pins / "seed.manifest.json").write_text('{"suite": "stable", "member": "usr/bin/busybox"}')
    with pytest.raises(FarwheelError, match=r"seed\.manifest\.json lacks the field 'package'"):
        lock_ingredient(pins, "seed", sources)
