import gzip
import importlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from debian_archive import DebianArchive, deb
from farwheel import ingredients, nix, web
from farwheel.cli import main
from farwheel.ingredients import Sources
from farwheel.lock import Upstream
from farwheel.pypi import Index

pytestmark = [
    pytest.mark.nix,
    pytest.mark.skipif(shutil.which("apt-get") is None, reason="apt is on Debian-like hosts only"),
]

# Two wheels, of which one is made from the root.
FLAKE = """
{
  outputs = _: {
    packages.x86_64-linux =
      let
        make = name: from: derivation {
          inherit name from;
          system = "x86_64-linux";
          builder = "/none";
        };
        root = make "root" (builtins.readFile ./nix/pins/root.json);
        of = name: wheel: make name [ wheel ] // { cp313 = wheel; enter = wheel; };
      in
      {
        a-riscv64 = of "a-riscv64" (make "a-1.0" root);
        b-riscv64 = of "b-riscv64" (make "b-1.0" "nothing");
        a-x86_64 = of "a-x86_64" (make "a-1.0-native" root);
      };
  };
}
"""
LOG = """\
shell (5.3) trixie-security; urgency=high

  * CVE-2026-1111.

 -- nobody <nobody@localhost>  Tue, 03 Nov 2026 00:00:00 +0000

shell (5.2) unstable; urgency=low
"""
SOURCE_LOG = """\
zlib (1.4-2) unstable; urgency=medium

  * Patch CVE-2026-0004.

zlib (1.4-1) unstable; urgency=medium

  * New upstream release (CVE-2026-0003).

zlib (1.3-2) unstable; urgency=medium

  * Patch CVE-2026-0002.

zlib (1.3-1) unstable; urgency=medium
"""
OLDER, NEWER = "Tue, 01 Sep 2026 10:20:30 UTC", "Sun, 01 Nov 2026 10:20:30 UTC"
Publish = Callable[..., None]


@pytest.fixture
def publish(tmp_path: Path) -> Publish:
    """Make the archive what it is on a day, with one version of a package and of a source."""

    def write(version: str, date: str, source: str = "1.3-1") -> None:
        shutil.rmtree(tmp_path / "archive", ignore_errors=True)
        archive = DebianArchive(tmp_path / "archive")
        content = deb(**{"usr__share__doc__shell__changelog.gz": gzip.compress(LOG.encode())})
        archive.add_package("stable", "shell", version, content=content)
        files = f"zlib_{source.partition('-')[0]}.orig.tar.gz", f"zlib_{source}.debian.tar.xz"
        log = SOURCE_LOG[SOURCE_LOG.index(f"zlib ({source})") :]
        archive.add_source("stable", "zlib", source, *files, log=log)
        archive.write(date)

    return write


@pytest.fixture
def repository(tmp_path: Path, publish: Publish, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A repository whose root and sources were locked on an older day."""
    folder = tmp_path / "repository"
    (folder / "nix/pins").mkdir(parents=True)
    (folder / "pkgs").mkdir()
    (folder / "flake.nix").write_text(FLAKE)
    (folder / "flake.lock").write_text('{"nodes": {"root": {}}, "root": "root", "version": 7}')
    manifest = {"suite": "stable", "architecture": "amd64", "packages": ["shell"]}
    (folder / "nix/pins/root.manifest.json").write_text(json.dumps(manifest))
    (folder / "nix/pins/sources.manifest.json").write_text('{"libz": {"source": "zlib", "suite": "stable"}}')
    monkeypatch.setattr(nix, "REPOSITORY", folder)
    publish("5.2", OLDER)
    with web.client(timeout=5) as client:
        upstream = Upstream(Index(client, []), [], lambda pin: tmp_path / "archive" / pin.path, print)
        sources = Sources([f"file:{tmp_path}/archive"], tmp_path / "lists", upstream, trusted=True)
        verb = importlib.import_module("farwheel.cli.lock")
        # As on another machine: apt itself would keep what it has, and see nothing older.
        later = replace(sources, lists=tmp_path / "later")
        monkeypatch.setattr(verb, "ingredient_sources", lambda: later)
        for name in ("root", "sources"):
            ingredients.lock_ingredient(folder / "nix/pins", name, sources).write()
        yield folder


def state(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_dry_run_tells_of_fixes_and_of_what_they_change(
    repository: Path, publish: Publish, capfd: pytest.CaptureFixture[str]
) -> None:
    publish("5.3", NEWER)
    before = state(repository)
    assert main(["bump", "--ingredients", "root", "--dry-run", "--json"]) == 1
    said = json.loads(capfd.readouterr().out)
    assert state(repository) == before
    assert said["changes"] == [
        {"path": f"{repository}/nix/pins/root.json", "changes": ["  shell 5.2 -> 5.3"]}
    ]
    assert said["fixes"] == [
        {
            "source": "pool",
            "old": "5.2",
            "new": "5.3",
            "cves": ["CVE-2026-1111"],
            "security": True,
            "taken": True,
        }
    ]
    assert (said["wheels"], said["wheels_in_all"]) == (["a-riscv64.cp313"], 2)
    assert said["rebuilt"] == ["a-1.0", "root"]


def test_it_is_written_once(repository: Path, publish: Publish, capfd: pytest.CaptureFixture[str]) -> None:
    publish("5.3", NEWER)
    assert main(["bump", "root", "--ingredients"]) == 0
    said = capfd.readouterr().out
    assert "root.json: 20260901T102030Z -> 20261101T102030Z\n  shell 5.2 -> 5.3\n" in said
    assert "5.2 -> 5.3: CVE-2026-1111\n" in said
    assert "wheels: 1 of 2 have to be built again\n  a-riscv64.cp313\n" in said
    assert json.loads((repository / "nix/pins/root.json").read_text())["resolved"] == "20261101T102030Z"
    before = state(repository)
    assert main(["bump", "root", "--ingredients"]) == 0
    assert capfd.readouterr().out == "nothing newer\n"
    assert state(repository) == before


@pytest.mark.usefixtures("repository")
def test_a_source_that_moves_brings_fixes_and_lacks_others(
    publish: Publish, capfd: pytest.CaptureFixture[str]
) -> None:
    publish("5.2", NEWER, "1.4-2")
    assert main(["bump", "sources", "--ingredients", "--dry-run"]) == 1
    assert capfd.readouterr().out.splitlines()[1:5] == [
        "  libz 1.3 -> 1.4",
        "fixes, by Debian's changelogs:",
        "  libz 1.3 -> 1.4: CVE-2026-0002 CVE-2026-0003",
        "  libz 1.4: Debian's patches (1.4-2) fix CVE-2026-0004; `patched` takes them",
    ]


def test_a_source_that_stays_lacks_what_debian_mended_in_it(
    repository: Path, publish: Publish, capfd: pytest.CaptureFixture[str]
) -> None:
    publish("5.2", NEWER, "1.3-2")
    told = (
        "nothing newer\n"
        "fixes, by Debian's changelogs:\n"
        "  libz 1.3: Debian's patches (1.3-2) fix CVE-2026-0002; `patched` takes them\n"
    )
    assert main(["bump", "sources", "--ingredients", "--dry-run"]) == 1
    assert capfd.readouterr().out == told
    assert main(["bump", "sources", "--ingredients"]) == 0
    assert capfd.readouterr().out == told

    entry = {"source": "zlib", "suite": "stable", "patched": True}
    manifest = repository / "nix/pins/sources.manifest.json"
    manifest.write_text(json.dumps({"libz": entry}))
    assert main(["bump", "sources", "--ingredients"]) == 0
    assert "  libz 1.3 -> 1.3-2: CVE-2026-0002\n" in capfd.readouterr().out
    assert main(["bump", "sources", "--ingredients", "--dry-run"]) == 0
    assert capfd.readouterr().out == "nothing newer\n"


def test_what_does_not_affect_us_makes_no_alarm(
    repository: Path, publish: Publish, capfd: pytest.CaptureFixture[str]
) -> None:
    publish("5.2", NEWER, "1.3-2")
    entry = {"source": "zlib", "suite": "stable", "not_affected": {"CVE-2026-0002": "its Java"}}
    (repository / "nix/pins/sources.manifest.json").write_text(json.dumps({"libz": entry}))
    assert main(["bump", "sources", "--ingredients", "--dry-run"]) == 0
    assert capfd.readouterr().out == "nothing newer\n"


def test_an_older_archive_is_refused(
    repository: Path, publish: Publish, capfd: pytest.CaptureFixture[str]
) -> None:
    publish("5.1", "Sat, 01 Aug 2026 10:20:30 UTC")
    before = state(repository)
    assert main(["bump", "root", "--ingredients"]) == 1
    said = capfd.readouterr().err
    assert "the archive is of 20260801T102030Z, what is pinned is of 20260901T102030Z" in said
    assert state(repository) == before


@pytest.mark.parametrize("words", [["numpy"], ["--all"], ["root", "--all"]])
def test_words_that_make_no_sense(words: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["bump", "--ingredients", *words]) == 2
    assert capfd.readouterr().err.startswith("error: ")
