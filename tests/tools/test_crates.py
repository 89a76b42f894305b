import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from crate_registry import Registry
from downloads import Counter
from farwheel import crates, gitcrates
from farwheel.download import Downloader
from farwheel.errors import FarwheelError, UnavailableError
from farwheel.pins import Pin
from farwheel.web import client
from loopback import Server

SHA = "ab" * 32


@pytest.fixture
def registry(tmp_path: Path, serve: Callable[[], Server], monkeypatch: pytest.MonkeyPatch) -> Registry:
    (tmp_path / "cargo").mkdir()
    return Registry(serve(), tmp_path / "cargo", monkeypatch)


def lock(name: str, version: str, checksum: str, source: str = "registry+https://index.test") -> str:
    return (
        'version = 4\n[[package]]\nname = "mine"\nversion = "0.1.0"\n'
        f'[[package]]\nname = "{name}"\nversion = "{version}"\nsource = "{source}"\nchecksum = "{checksum}"\n'
    )


@pytest.mark.parametrize(
    ("template", "url"),
    [
        ("http://m.test/crates", "http://m.test/crates/serde_json/1.0.1+x/download"),
        (
            "http://m.test/{crate}/{crate}-{version}.crate",
            "http://m.test/serde_json/serde_json-1.0.1+x.crate",
        ),
        ("http://m.test/{prefix}/{lowerprefix}/{sha256-checksum}", f"http://m.test/se/rd/se/rd/{SHA}"),
    ],
)
def test_the_url_follows_the_index(template: str, url: str) -> None:
    pin = Pin("crates", crates.path("serde_json", "1.0.1+x"), SHA, 1)
    assert crates.locate(template, pin) == url


@pytest.mark.parametrize(("name", "folders"), [("a", "1"), ("ab", "2"), ("abc", "3/a"), ("abcd", "ab/cd")])
def test_prefixes(name: str, folders: str) -> None:
    assert crates.prefix(name) == folders


@pytest.mark.parametrize("path", ["serde/other-1.0.crate", "serde/serde-1.0.tar.gz", "serde-1.0.crate"])
def test_a_path_that_is_no_crates_is_refused(path: str) -> None:
    with pytest.raises(FarwheelError, match="no path of a crate"):
        crates.locate("http://m.test", Pin("crates", path, SHA, 1))


def test_a_lock_becomes_pins_that_can_be_fetched(registry: Registry) -> None:
    checksum = registry.publish("leaf", "1.2.3")
    with client(5.0) as http:
        found = crates.pins(lock("leaf", "1.2.3", checksum), "Cargo.lock", http)
        assert found == [Pin("crates", "leaf/leaf-1.2.3.crate", checksum, found[0].size)]
        content = Downloader(http, Counter(), pause=0.01).fetch(found[0]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == checksum
    assert len(content) == found[0].size


def test_what_cargo_has_is_not_asked_for(registry: Registry, tmp_path: Path) -> None:
    folder = tmp_path / "cargo/registry/cache/index.test-0123"
    folder.mkdir(parents=True)
    (folder / "leaf-1.2.3.crate").write_bytes(b"crate")
    checksum = hashlib.sha256(b"crate").hexdigest()
    with client(5.0) as http:
        (pin,) = crates.pins(lock("leaf", "1.2.3", checksum), "Cargo.lock", http)
        assert Downloader(http, Counter()).fetch(pin).read_bytes() == b"crate"
    assert (pin.size, registry.server.asked) == (5, [])


def test_another_content_in_cargos_cache_does_not_count(registry: Registry, tmp_path: Path) -> None:
    checksum = registry.publish("leaf", "1.2.3")
    folder = tmp_path / "cargo/registry/cache/index.test-0123"
    folder.mkdir(parents=True)
    (folder / "leaf-1.2.3.crate").write_bytes(b"spoiled")
    with client(5.0) as http:
        (pin,) = crates.pins(lock("leaf", "1.2.3", checksum), "Cargo.lock", http)
    assert pin.size != len(b"spoiled")


def test_another_checksum_is_refused(registry: Registry) -> None:
    registry.publish("leaf", "1.2.3")
    with client(5.0) as http, pytest.raises(FarwheelError, match="another checksum"):
        crates.pins(lock("leaf", "1.2.3", SHA), "Cargo.lock", http)


@pytest.mark.parametrize("commit", ["#" + "1" * 40, ""])
def test_git_dependencies_that_cannot_be_pinned_are_named(commit: str) -> None:
    text = lock("leaf", "1.2.3", "", f"git+https://me:secret@host.test/leaf?rev=1{commit}")
    with pytest.raises(FarwheelError, match=r"demo takes leaf-1\.2\.3 from .*host\.test/leaf") as caught:
        gitcrates.pin(crates.packages(text, "demo"), "demo")
    assert "secret" not in caught.value.message


@pytest.mark.parametrize(
    "text",
    ["[[package]]", "no toml", "package = [1]", '[[package]]\nname = "x"\nversion = 1'],
)
def test_what_is_no_lock_is_refused(text: str) -> None:
    with client(5.0) as http, pytest.raises(FarwheelError, match=r"no Cargo\.lock"):
        crates.pins(text, "x", http)


def test_a_dead_index_gives_way_to_the_next(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FARWHEEL_CRATES", f"{registry.server.url}/nothing {registry.index}")
    with client(5.0) as http:
        assert crates.templates(http) == [f"{registry.server.url}/dl"]
        monkeypatch.setenv("FARWHEEL_CRATES", f"{registry.server.url}/nothing")
        with pytest.raises(UnavailableError, match="no index of crates"):
            crates.templates(http)


def test_a_registry_that_gives_no_crate_is_not_the_releases_fault(registry: Registry) -> None:
    source = f'source = "registry+{registry.index}"\nchecksum = "{"0" * 64}"\n'
    text = f'[[package]]\nname = "absent"\nversion = "1.0.0"\n{source}'
    with client(5.0) as http, pytest.raises(UnavailableError, match=r"no registry gives absent-1\.0\.0"):
        crates.pins(text, "x", http)


def test_without_a_setting_cargo_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin/cargo"
    program.parent.mkdir()
    document = json.dumps({"dl": "https://dl.test/crates"})
    program.write_text(
        "#!/bin/sh\nmkdir -p $CARGO_HOME/registry/index/i.test-1\n"
        f"echo '{document}' >$CARGO_HOME/registry/index/i.test-1/config.json\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    with client(5.0) as http:
        assert crates.templates(http) == ["https://dl.test/crates"]


def test_without_cargo_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with client(5.0) as http, pytest.raises(UnavailableError, match="cargo is missing") as caught:
        crates.templates(http)
    assert "FARWHEEL_CRATES" in caught.value.hint


def test_crates_for_a_newer_rust_are_named() -> None:
    packages = [
        {"name": "old", "version": "1.0.0", "rust_version": "1.60"},
        {"name": "fits", "version": "1.0.0", "rust_version": "1.96"},
        {"name": "new", "version": "2.0.0", "rust_version": "1.97.0"},
        {"name": "silent", "version": "1.0.0", "rust_version": None},
    ]
    assert crates.too_new({"packages": packages}, "1.96.0") == [("new", "2.0.0", "1.97.0")]
