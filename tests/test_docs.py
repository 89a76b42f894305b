"""What documents say of pinned things is what is pinned."""

import json
import re
import tarfile
from datetime import datetime
from pathlib import Path

import pytest

from farwheel import store
from farwheel.pins import Pin

REPOSITORY = Path(__file__).resolve().parents[1]
SOURCES = json.loads((REPOSITORY / "nix/pins/sources.json").read_text("utf-8"))["sources"]
TARBALL = Pin.from_json(SOURCES["openssl"], "sources.json")
STORED = Path(store.flat_path(TARBALL.store_name, TARBALL.sha256))
RELEASE = re.compile(r"^### Major changes between .* and OpenSSL (\S+) \[(\d.*)\]$", re.MULTILINE)


def table() -> list[str]:
    """The cells of the table's only row."""
    text = (REPOSITORY / "docs/openssl.md").read_text("utf-8")
    (row,) = re.findall(r"^\| (\d.*) \|$", text, re.MULTILINE)
    return [cell.strip() for cell in row.split("|")]


def test_the_table_shows_the_openssl_that_is_pinned() -> None:
    assert table()[0] == SOURCES["openssl"]["version"]


@pytest.mark.skipif(not STORED.exists(), reason="the tarball of OpenSSL is not in the store")
def test_its_advisories_are_those_of_its_news() -> None:
    with tarfile.open(STORED) as archive:
        for member in archive:
            if member.name.endswith("/NEWS.md") and (file := archive.extractfile(member)):
                news = file.read().decode("utf-8")
                break
    _, *parts = RELEASE.split(news)
    version, released, last, answers = table()
    assert (version, released) == (parts[0], day(parts[1]))
    advised, text = next(pair for pair in zip(parts[1::3], parts[2::3], strict=True) if "CVE-" in pair[1])
    assert last == day(advised)
    cves = sorted(set(re.findall(r"CVE-\d+-\d+", text)), key=lambda cve: [int(n) for n in cve.split("-")[1:]])
    assert answers == f"{len(cves)}, {cves[0]} to {cves[-1]}"


def day(text: str) -> str:
    """`9 Jun 2026` as 2026-06-09."""
    return datetime.strptime(text, "%d %b %Y").date().isoformat()  # noqa: DTZ007 - a day, no time
