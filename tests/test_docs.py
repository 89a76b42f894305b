"""What documents say of pinned things is what is pinned."""

import json
import re
import tarfile
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from farwheel import status, store
from farwheel.pins import Pin

REPOSITORY = Path(__file__).resolve().parents[1]
OPENSSL = json.loads((REPOSITORY / "nix/pins/sources.json").read_text("utf-8"))["sources"]["openssl"]
PINS = [Pin.from_json(pin, "sources.json") for pin in (OPENSSL, OPENSSL["patches"])]
STORED = [Path(store.flat_path(pin.store_name, pin.sha256)) for pin in PINS]
RELEASE = re.compile(r"^### Major changes between .* and OpenSSL (\S+) \[(\d.*)\]$", re.MULTILINE)
REVISION = re.compile(r"^openssl \((\S+)\) .*\n((?:.*\n)*?) -- .*>  (.*)$", re.MULTILINE)


def table() -> list[str]:
    """The cells of the table's only row."""
    text = (REPOSITORY / "docs/openssl.md").read_text("utf-8")
    (row,) = re.findall(r"^\| (\d.*) \|$", text, re.MULTILINE)
    return [cell.strip() for cell in row.split("|")]


def test_the_table_shows_the_openssl_that_is_pinned() -> None:
    assert table()[0] == OPENSSL["version"]


def test_its_advisories_are_those_of_the_tarballs() -> None:
    # Not a mark: the pipeline's tests, which come before, fetch them.
    if not all(map(Path.exists, STORED)):
        pytest.skip("the tarballs of OpenSSL are not in the store")
    _, *parts = RELEASE.split(member(STORED[0], "NEWS.md"))
    advised, text = next(pair for pair in zip(parts[1::3], parts[2::3], strict=True) if "CVE-" in pair[1])
    (version, changes, patched), *_ = REVISION.findall(member(STORED[1], "changelog"))
    assert table() == [
        version,
        day(parts[1]),
        day(advised),
        advisories(text),
        parsedate_to_datetime(patched).date().isoformat(),
        advisories(changes),
    ]
    assert version.startswith(f"{parts[0]}-")


def member(archive: Path, name: str) -> str:
    """The text of the first file of that name."""
    with tarfile.open(archive) as opened:
        for one in opened:
            if one.name.endswith(f"/{name}") and (file := opened.extractfile(one)):
                return file.read().decode("utf-8")
    raise AssertionError(name)


def advisories(text: str) -> str:
    """How many CVEs a text names, the first and the last."""
    cves = sorted(set(re.findall(r"CVE-\d+-\d+", text)), key=lambda cve: [int(n) for n in cve.split("-")[1:]])
    return f"{len(cves)}, {cves[0]} to {cves[-1]}"


def day(text: str) -> str:
    """`9 Jun 2026` as 2026-06-09."""
    return datetime.strptime(text, "%d %b %Y").date().isoformat()  # noqa: DTZ007 - a day, no time


def test_the_status_page_is_what_the_ledgers_hold() -> None:
    """`tools/farwheel ledger status` writes it anew."""
    assert (REPOSITORY / "docs/status.md").read_text("utf-8") == status.page(REPOSITORY / "pkgs")
