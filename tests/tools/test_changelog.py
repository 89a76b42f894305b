import gzip
from pathlib import Path

import pytest

from debian_archive import deb, packaging
from farwheel import changelog
from farwheel.changelog import News
from farwheel.debian import DebianFile
from farwheel.errors import UnavailableError
from farwheel.pins import Pin

TEXT = """\
zlib (1:1.3-3) unstable; urgency=medium

  * Again (CVE-2026-0002, CVE-2026-0001).

 -- nobody <nobody@localhost>  Tue, 03 Nov 2026 00:00:00 +0000

zlib (1:1.3-2+deb13u1) trixie-security; urgency=high

  * CVE-2026-12345: closed. See also CVE-2026-0001, and CVE-26-1 of another kind.

 -- nobody <nobody@localhost>  Mon, 02 Nov 2026 00:00:00 +0000

zlib (1:1.3-1) unstable; urgency=medium

  * CVE-2020-0001.

 -- nobody <nobody@localhost>  Sun, 01 Nov 2026 00:00:00 +0000
"""


def entry(name: str, version: str, size: int = 1, source: str = "zlib") -> dict[str, object]:
    path = f"pool/main/z/{source}/{name}_{version}_amd64.deb"
    return {"name": name, "version": version, **Pin("debian", path, "0" * 64, size).to_json()}


def packages(folder: Path, **logs: str) -> dict[str, Path]:
    """.deb files by package, which hold these changelogs under the names that packages of ours have."""
    found = {}
    for name, text in logs.items():
        content = (
            {f"usr__share__doc__{name}__changelog.Debian.gz": gzip.compress(text.encode())} if text else {}
        )
        found[name] = folder / name
        found[name].write_bytes(deb(**content))
    return found


def news(old: list[dict[str, object]], new: list[dict[str, object]], files: dict[str, Path]) -> list[News]:
    return changelog.news(old, new, lambda pin: files[pin.file_name.partition("_")[0]])


@pytest.mark.parametrize("rebuilt", ["", "+b1", "+b12"])
def test_cves_since_the_old_version(tmp_path: Path, rebuilt: str) -> None:
    files = packages(tmp_path, zlib1g=TEXT)
    found = news([entry("zlib1g", f"1:1.3-1{rebuilt}")], [entry("zlib1g", "1:1.3-3")], files)
    cves = ("CVE-2026-0001", "CVE-2026-0002", "CVE-2026-12345")
    assert found == [News("zlib", f"1:1.3-1{rebuilt}", "1:1.3-3", cves, security=True)]
    found = news([entry("zlib1g", "1:1.3-2+deb13u1")], [entry("zlib1g", "1:1.3-3")], files)
    assert (found[0].cves, found[0].security) == (("CVE-2026-0001", "CVE-2026-0002"), False)


def test_a_source_is_told_of_once_by_whichever_package_has_its_changelog(tmp_path: Path) -> None:
    files = packages(tmp_path, dev="", lib=TEXT)
    old = [entry(name, "1:1.3-2+deb13u1") for name in ("dev", "lib")]
    new = [entry("dev", "1:1.3-3", size=1), entry("lib", "1:1.3-3", size=2), entry("fresh", "1")]
    assert [item.source for item in news(old, new, files)] == ["zlib"]


@pytest.mark.parametrize("text", ["", "no changelog", TEXT])
def test_what_is_not_told_is_not_guessed(tmp_path: Path, text: str) -> None:
    files = packages(tmp_path, gcc=text)
    (found,) = news([entry("gcc", "4:14.2.0-1")], [entry("gcc", "4:14.2.0-2")], files)
    assert found.cves is None


def test_what_stays_needs_no_download() -> None:
    assert news([entry("a", "1")], [entry("a", "1"), entry("new", "2")], {}) == []


SOURCE = """\
zlib (1:1.4-2) unstable; urgency=medium

  * Patch CVE-2026-0006, CVE-2026-0007.

zlib (1:1.4-1) unstable; urgency=medium

  * New upstream release (CVE-2026-0005).

zlib (1:1.3-2) stable-security; urgency=medium

  * Patch CVE-2026-0004.

zlib (1:1.3-1) unstable; urgency=medium

  * New upstream release (CVE-2026-0003).

zlib (1:1.2-a-1) unstable; urgency=medium
"""


def of_source(
    folder: Path, old: str, new: str, kind: str = "debian.tar.xz", text: str = SOURCE, but: str = ""
) -> list[News]:
    file = folder / f"zlib_1.4-2.{kind}"
    diff = "".join(f"+{line}\n" for line in text.splitlines())
    file.write_bytes(packaging(text) if kind.endswith("xz") else gzip.compress(diff.encode()))
    debian = DebianFile("zlib", "source", "1.4-2", Pin("debian", f"pool/{file.name}", "0" * 64, 1))
    return changelog.of_source("libz", old, new, debian, lambda _: file, but.split())


@pytest.mark.parametrize("kind", ["debian.tar.xz", "diff.gz"])
def test_a_tarball_of_upstreams_lacks_what_debian_mended_in_it(tmp_path: Path, kind: str) -> None:
    lacks = News("libz", "1.4", "1.4-2", ("CVE-2026-0006", "CVE-2026-0007"), taken=False)
    assert of_source(tmp_path, "1.4", "1.4", kind) == [lacks]
    comes = News("libz", "1.3", "1.4", ("CVE-2026-0004", "CVE-2026-0005"), security=True)
    assert of_source(tmp_path, "1.3", "1.4", kind) == [comes, lacks]
    (comes, _) = of_source(tmp_path, "1.2-a", "1.4", kind)
    assert comes.cves == ("CVE-2026-0003", "CVE-2026-0004", "CVE-2026-0005")


def test_what_is_patched_has_all_up_to_its_revision(tmp_path: Path) -> None:
    cves = ("CVE-2026-0005", "CVE-2026-0006", "CVE-2026-0007")
    assert of_source(tmp_path, "1.3-2", "1.4-2") == [News("libz", "1.3-2", "1.4-2", cves)]
    assert of_source(tmp_path, "1.4-2", "1.4-2") == []


def test_a_source_that_is_held_lacks_the_newer_ones_too(tmp_path: Path) -> None:
    (lacks,) = of_source(tmp_path, "1.3", "1.3")
    assert (lacks.old, lacks.new, lacks.taken) == ("1.3", "1.4-2", False)
    assert lacks.cves == tuple(f"CVE-2026-000{n}" for n in (4, 5, 6, 7))


def test_what_does_not_affect_us_is_not_told(tmp_path: Path) -> None:
    (lacks,) = of_source(tmp_path, "1.4", "1.4", but="CVE-2026-0006")
    assert lacks.cves == ("CVE-2026-0007",)
    assert of_source(tmp_path, "1.4", "1.4", but="CVE-2026-0006 CVE-2026-0007") == []


@pytest.mark.parametrize("text", ["", "no changelog", SOURCE.replace("1:1.4", "1:1.5")])
def test_of_a_source_nothing_is_guessed(tmp_path: Path, text: str) -> None:
    untold = News("libz", "1.4", "1.4-2", None, taken=False)
    assert of_source(tmp_path, "1.4", "1.4", text=text) == [untold]
    assert of_source(tmp_path, "1.3", "1.4", text=text) == [News("libz", "1.3", "1.4", None), untold]


def test_a_changelog_that_cannot_be_had_stops_nothing() -> None:
    def download(pin: Pin) -> Path:
        raise UnavailableError(pin.path)

    debian = DebianFile("zlib", "source", "1.4-2", Pin("debian", "pool/z.debian.tar.xz", "0" * 64, 1))
    (untold,) = changelog.of_source("libz", "1.4", "1.4", debian, download, ())
    assert untold.cves is None
