import hashlib
import shutil
from pathlib import Path

import pytest

from debian_archive import DebianArchive
from farwheel import apt as apt_module
from farwheel.apt import Apt
from farwheel.debian import closure, packaging, patches, preferences, resolved, source
from farwheel.errors import FarwheelError

needs_apt = pytest.mark.skipif(shutil.which("apt-get") is None, reason="apt is on Debian-like hosts only")


@pytest.fixture
def archive(tmp_path: Path) -> DebianArchive:
    return DebianArchive(tmp_path / "archive")


def private(tmp_path: Path, *suites: str, sources: tuple[str, ...] = (), wanted: str = "") -> Apt:
    return Apt(tmp_path / "apt", suites, sources, preferences=wanted, trusted=True)


@needs_apt
def test_a_closure_has_what_is_needed_and_nothing_recommended(archive: DebianArchive, tmp_path: Path) -> None:
    path = archive.add_package(
        "stable", "shell", "1:5.2~rc1-1+b1", "library (>= 2)", fields="Recommends: extra\n"
    )
    archive.add_package("stable", "library", "2.0-1")
    archive.add_package("stable", "extra", "1.0-1")
    archive.write()
    apt = private(tmp_path, "stable")
    files = closure(apt, apt.update([archive.root]), ["shell"])
    assert [(file.name, file.architecture, file.version) for file in files] == [
        ("library", "amd64", "2.0-1"),
        ("shell", "amd64", "1:5.2~rc1-1+b1"),
    ]
    content = b"shell 1:5.2~rc1-1+b1"
    assert files[1].pin.to_json() == {
        "registry": "debian",
        "path": path,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
    }
    assert path == "pool/shell_5.2~rc1-1+b1_amd64.deb"


@needs_apt
def test_an_exception_comes_from_its_suite_and_nothing_else_does(
    archive: DebianArchive, tmp_path: Path
) -> None:
    for suite, version in (("old", "4.3"), ("stable", "4.4"), ("newest", "9")):
        archive.add_package(suite, "make", version, "libc")
        archive.add_package(suite, "libc", version)
    archive.write()
    apt = private(
        tmp_path, "old", "stable", "newest", wanted=preferences("stable", {"make": "old", "x": "newest"})
    )
    files = closure(apt, apt.update([archive.root]), ["make"])
    assert [(file.name, file.version) for file in files] == [("libc", "4.4"), ("make", "4.3")]


@needs_apt
def test_what_cannot_be_had_is_said_in_apts_words(archive: DebianArchive, tmp_path: Path) -> None:
    archive.add_package("stable", "shell", "1.0", "absent")
    archive.write()
    apt = private(tmp_path, "stable")
    root = apt.update([archive.root])
    with pytest.raises(FarwheelError, match=r"(?s)install shell.*absent.*not installable"):
        closure(apt, root, ["shell"])
    with pytest.raises(FarwheelError, match="Unable to locate package nothing"):
        closure(apt, root, ["nothing"])


@needs_apt
def test_the_hosts_packages_and_settings_have_no_part(
    archive: DebianArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # coreutils is installed wherever this runs; here it must be chosen anew.
    archive.add_package("stable", "coreutils", "0.1", fields="Suggests: extra\n")
    archive.add_package("stable", "extra", "1.0")
    archive.write()
    (tmp_path / "host.conf").write_text(
        'APT::Install-Suggests "true"; Acquire::AllowInsecureRepositories "false";'
    )
    monkeypatch.setenv("APT_CONFIG", str(tmp_path / "host.conf"))
    apt = private(tmp_path, "stable")
    files = closure(apt, apt.update([archive.root]), ["coreutils"])
    assert [(file.name, file.version) for file in files] == [("coreutils", "0.1")]


@needs_apt
def test_sources_are_upstreams_main_tarball(archive: DebianArchive, tmp_path: Path) -> None:
    archive.add_source(
        "stable",
        "sqlite3",
        "3.46.1-7",
        "sqlite3_3.46.1.orig-www.tar.xz",
        "sqlite3_3.46.1.orig.tar.xz.asc",
        "sqlite3_3.46.1.orig.tar.xz",
        "sqlite3_3.46.1-7.debian.tar.xz",
    )
    archive.add_source(
        "newest", "sqlite3", "3.53.4-1", "sqlite3_3.53.4.orig.tar.gz", "sqlite3_3.53.4-1.diff.gz"
    )
    archive.add_source("stable", "native", "1.0", "native_1.0.tar.xz")
    archive.write()
    apt = private(tmp_path, sources=("stable", "newest"))
    root = apt.update([archive.root])
    stable = source(apt, root, "sqlite3", "stable")
    assert (stable.version, stable.pin.path) == ("3.46.1", "pool/sqlite3_3.46.1.orig.tar.xz")
    theirs = patches(apt, root, "sqlite3", "stable")
    assert (theirs.version, theirs.pin.path) == ("3.46.1-7", "pool/sqlite3_3.46.1-7.debian.tar.xz")
    assert packaging(apt, root, "sqlite3", "stable") == theirs
    assert packaging(apt, root, "sqlite3", "newest").pin.path == "pool/sqlite3_3.53.4-1.diff.gz"
    assert source(apt, root, "sqlite3", "newest").version == "3.53.4"
    assert source(apt, root, "sqlite3", "newest", "3.46.1-7") == stable
    with pytest.raises(FarwheelError, match="native/stable has no such tarball"):
        source(apt, root, "native", "stable")


@needs_apt
def test_resolved_is_the_newest_index_and_an_expired_one_will_do(
    archive: DebianArchive, tmp_path: Path
) -> None:
    archive.add_package("stable", "shell", "1.0")
    archive.write("Sat, 03 Jan 2026 04:05:06 UTC")
    newer = DebianArchive(archive.folder)
    newer.add_package("newest", "shell", "1.0")
    newer.write("Sun, 04 Jan 2026 04:05:06 UTC")
    apt = private(tmp_path, "stable", "newest")
    apt.update([archive.root])
    assert resolved(apt) == "20260104T040506Z"


@needs_apt
def test_the_next_root_is_tried_and_all_are_named_when_none_is_good(
    archive: DebianArchive, tmp_path: Path
) -> None:
    archive.add_package("stable", "shell", "1.0")
    archive.write()
    apt = private(tmp_path, "stable")
    gone = f"file:{tmp_path}/gone"
    assert apt.update([gone, archive.root]) == archive.root
    with pytest.raises(FarwheelError, match=f"cannot read the suites stable\n  {gone}: .+") as caught:
        apt.update([gone])
    assert "FARWHEEL_DEBIAN" in caught.value.hint


@needs_apt
def test_an_archive_without_our_keys_signature_is_refused(
    archive: DebianArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.add_package("stable", "shell", "1.0")
    archive.write()
    keyring = tmp_path / "empty.gpg"
    keyring.write_bytes(b"")
    monkeypatch.setattr(apt_module, "KEYRING", keyring)
    with pytest.raises(FarwheelError, match="is not signed"):
        Apt(tmp_path / "apt", ["stable"]).update([archive.root])


def test_without_apt_the_cure_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FarwheelError, match="apt-get is missing") as caught:
        private(tmp_path, "stable").update(["file:/nowhere"])
    assert "Debian or Ubuntu" in caught.value.hint


@needs_apt
def test_without_the_keyring_the_cure_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apt_module, "KEYRING", tmp_path / "none.gpg")
    with pytest.raises(FarwheelError, match=r"none\.gpg is missing") as caught:
        Apt(tmp_path / "apt", ["stable"]).update(["file:/nowhere"])
    assert "apt-get install debian-archive-keyring" in caught.value.hint
