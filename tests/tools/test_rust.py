import re
import shutil
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from crate_registry import Registry, manifest
from farwheel import rust
from farwheel.errors import FarwheelError
from farwheel.web import client
from loopback import Server

pytestmark = [
    pytest.mark.skipif(shutil.which("cargo") is None, reason="only cargo can read a Cargo.toml"),
    pytest.mark.usefixtures("registry"),
]

WANTS_LEAF = manifest("demo", "0.1.0", '[dependencies]\nleaf = "1"\n')


@pytest.fixture
def registry(tmp_path: Path, serve: Callable[[], Server], monkeypatch: pytest.MonkeyPatch) -> Registry:
    (tmp_path / "cargo").mkdir()
    registry = Registry(serve(), tmp_path / "cargo", monkeypatch)
    registry.publish("leaf", "1.0.0")
    return registry


def sdist(folder: Path, **files: str) -> Path:
    path = folder / "demo-0.1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, text in {"Cargo.toml": WANTS_LEAF, "src/lib.rs": "", **files}.items():
            info = tarfile.TarInfo(f"demo-0.1.0/{name}")
            info.size = len(text)
            archive.addfile(info, BytesIO(text.encode()))
    return path


def under(top: str, folder: Path, **files: tuple[str, int]) -> Path:
    path = folder / "demo-0.1.0.tar.gz"
    plain = {"Cargo.toml": (WANTS_LEAF, 0o644), "src/lib.rs": ("", 0o644)}
    with tarfile.open(path, "w:gz") as archive:
        for name, (text, mode) in {**plain, **files}.items():
            info = tarfile.TarInfo(f"{top}/{name}")
            info.size, info.mode = len(text), mode
            archive.addfile(info, BytesIO(text.encode()))
    return path


def read(archive: Path, manifest: str = "Cargo.toml", rustc: str = "1.96.0") -> rust.Crates:
    with client(5.0) as http:
        return rust.read(archive, manifest, archive.parent / "ours/Cargo.lock", rustc, http)


def keep(folder: Path, text: str) -> None:
    (folder / "ours").mkdir()
    (folder / "ours/Cargo.lock").write_text(text)


def names(found: rust.Crates) -> list[str]:
    return [pin.file_name for pin in found.pins]


def test_without_a_lock_cargo_makes_ours(tmp_path: Path) -> None:
    found = read(sdist(tmp_path))
    assert (found.lock, names(found)) == ("Cargo.lock", ["leaf-1.0.0.crate"])
    assert found.text is not None
    assert 'name = "leaf"' in found.text
    assert found.to_json()["ours"] is True


def test_ours_is_kept_when_newer_crates_come(registry: Registry, tmp_path: Path) -> None:
    archive = sdist(tmp_path)
    first = read(archive)
    registry.publish("leaf", "1.1.0")
    assert first.text is not None
    keep(tmp_path, first.text)
    assert read(archive) == first


def test_upstreams_lock_is_taken_as_it_is(registry: Registry, tmp_path: Path) -> None:
    text = read(sdist(tmp_path)).text
    assert text is not None
    registry.publish("leaf", "1.1.0")
    found = read(sdist(tmp_path, **{"Cargo.lock": text}))
    assert (found.text, names(found)) == (None, ["leaf-1.0.0.crate"])


def test_a_lock_that_does_not_fit_is_refused_unless_we_have_one(tmp_path: Path) -> None:
    archive = sdist(
        tmp_path, **{"Cargo.lock": 'version = 4\n[[package]]\nname = "demo"\nversion = "0.1.0"\n'}
    )
    with pytest.raises(FarwheelError, match=r"does not fit.* lacks leaf 1\.0\.0") as caught:
        read(archive)
    assert "ours/Cargo.lock" in caught.value.hint
    keep(tmp_path, "")
    assert names(read(archive)) == ["leaf-1.0.0.crate"]


def test_of_a_lock_remains_what_is_asked_for(registry: Registry, tmp_path: Path) -> None:
    registry.publish("bench-only", "1.0.0")
    (whole := tmp_path / "whole").mkdir()
    more = WANTS_LEAF.replace("0.1.0", "0.0.9") + 'bench-only = "1"\n'
    theirs = read(sdist(whole, **{"Cargo.toml": more})).text
    assert theirs is not None
    registry.publish("leaf", "1.1.0")
    archive = sdist(tmp_path, **{"Cargo.lock": theirs})
    found = read(archive)
    assert (names(found), found.to_json()["ours"]) == (["leaf-1.0.0.crate"], True)
    assert found.text is not None
    keep(tmp_path, found.text)
    assert rust.is_pruned(tmp_path / "ours/Cargo.lock")
    # It is made anew from each release's own.
    assert read(sdist(tmp_path, **{"Cargo.lock": found.text})).text is None
    (again := tmp_path / "again").mkdir()
    assert read(sdist(again)).text != found.text


def test_a_lock_with_a_crate_that_the_index_has_not_yet_is_refused(tmp_path: Path) -> None:
    text = read(sdist(tmp_path)).text
    assert text is not None
    with pytest.raises(FarwheelError, match="does not have") as caught:
        read(sdist(tmp_path, **{"Cargo.lock": text.replace("1.0.0", "1.1.0")}))
    assert "locked to 1.1.0" in caught.value.message


def test_a_crate_with_another_checksum_is_named(tmp_path: Path) -> None:
    text = read(sdist(tmp_path)).text
    assert text is not None
    text = re.sub("[0-9a-f]{64}", "0" * 64, text)
    with pytest.raises(FarwheelError, match="not the one that") as caught:
        read(sdist(tmp_path, **{"Cargo.lock": text}))
    assert "leaf v1.0.0" in caught.value.message


def test_a_crate_with_other_bytes_than_the_index_says_is_named(registry: Registry, tmp_path: Path) -> None:
    registry.server.file("/dl/leaf/1.0.0/download", b"other bytes")
    with pytest.raises(FarwheelError, match="not the one that") as caught:
        read(sdist(tmp_path))
    assert "leaf v1.0.0" in caught.value.message


def test_a_yanked_crate_serves_whoever_has_locked_it_and_nobody_else(
    registry: Registry, tmp_path: Path
) -> None:
    text = read(sdist(tmp_path)).text
    assert text is not None
    registry.publish("leaf", "1.0.0", yanked=True)
    assert names(read(sdist(tmp_path, **{"Cargo.lock": text}))) == ["leaf-1.0.0.crate"]
    with pytest.raises(FarwheelError, match="withdrawn") as caught:
        read(sdist(tmp_path))
    assert "version 1.0.0 is yanked" in caught.value.message


def test_what_a_release_tells_cargo_about_the_machine_is_not_heeded(tmp_path: Path) -> None:
    hostile = {
        ".cargo/config.toml": '[build]\nrustc = "/nonexistent"\n',
        "rust-toolchain": "no-such-toolchain",
    }
    assert names(read(sdist(tmp_path, **hostile))) == ["leaf-1.0.0.crate"]


def test_what_the_users_folder_tells_cargo_is_not_heeded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    (here / ".cargo").mkdir(parents=True)
    (here / ".cargo/config.toml").write_text('[build]\nrustc = "/nonexistent"\n')
    monkeypatch.chdir(here)
    assert names(read(sdist(tmp_path))) == ["leaf-1.0.0.crate"]


def test_a_workspace_has_its_lock_above(tmp_path: Path) -> None:
    files = {
        "Cargo.toml": '[workspace]\nmembers = ["binding"]\nresolver = "2"\n',
        "binding/Cargo.toml": WANTS_LEAF,
        "binding/src/lib.rs": "",
    }
    found = read(sdist(tmp_path, **files), "binding/Cargo.toml")
    assert found.lock == "Cargo.lock"


def test_a_release_for_a_newer_rust_is_refused(tmp_path: Path) -> None:
    newer = manifest("demo", "0.1.0", 'rust-version = "1.99"\n[dependencies]\nleaf = "1"\n')
    with pytest.raises(FarwheelError, match=r"demo-0\.1\.0\.tar\.gz needs Rust 1\.99, and ours is 1\.96\.0"):
        read(sdist(tmp_path, **{"Cargo.toml": newer}))


def test_a_crate_for_a_newer_rust_is_named(registry: Registry, tmp_path: Path) -> None:
    text = read(sdist(tmp_path)).text
    newer = manifest("leaf", "1.1.0", 'rust-version = "1.99"\n')
    checksum = registry.publish("leaf", "1.1.0", "1.99", Cargo__toml=newer)
    assert text is not None
    text = re.sub(r'(?<="leaf"\nversion = ")1\.0\.0', "1.1.0", re.sub("[0-9a-f]{64}", checksum, text))
    with pytest.raises(FarwheelError, match=r"leaf 1\.1\.0 needs Rust 1\.99; .* fits: 1\.0\.0"):
        read(sdist(tmp_path, **{"Cargo.lock": text}))


def test_build_scripts_tell_of_cxx(tmp_path: Path) -> None:
    assert read(sdist(tmp_path)).languages == []
    script = {"build.rs": "fn main() { cc::Build::new().cpp(true); }"}
    assert read(sdist(tmp_path, **script)).languages == ["c++"]


def test_a_release_whose_folder_is_cargos_own_runs_nothing(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    files = {
        "config.toml": ('[build]\nrustc-wrapper = ".cargo/evil"\n', 0o644),
        "evil": (f'#!/bin/sh\ntouch {ran}\nexec "$@"\n', 0o755),
    }
    archive = under(".cargo", tmp_path, **files)
    assert names(read(archive)) == ["leaf-1.0.0.crate"]
    assert rust.too_new(archive, "Cargo.toml", "1.96.0") == ""
    assert not ran.exists()


@pytest.mark.parametrize("script", ["/dev/zero", "/proc/self/environ", "../../beside.rs", "nothing.rs"])
def test_a_build_script_outside_of_the_release_is_not_read(tmp_path: Path, script: str) -> None:
    package = WANTS_LEAF.replace("[dependencies]", f'build = "{script}"\n[dependencies]')
    assert read(sdist(tmp_path, **{"Cargo.toml": package})).languages == []


def test_settings_for_cargo_may_have_any_shape(tmp_path: Path) -> None:
    files = {".cargo/.cargo/config.toml": "", "rust-toolchain/rust-toolchain": ""}
    assert names(read(sdist(tmp_path, **files))) == ["leaf-1.0.0.crate"]
