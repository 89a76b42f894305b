"""What the index's pages are told beside the ledgers: upstream's releases, audits, pins."""

import json
from pathlib import Path

import pytest

from farwheel.errors import FarwheelError
from farwheel.index.pages import given, site
from html_page import Page, page
from index_pages import outdated, pin, publish
from index_repository import Repository


def test_upstreams_newest_is_told_when_it_is_given(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    repository.wheel("demo", "1.0")
    repository.say("demo", "pin.json", pin("1.0"))
    newest = tmp_path / "upstream.json"
    newest.write_text(outdated("Demo", "1.1", "2026-11-27"))
    out = publish(repository, tmp_path / "site", upstream=newest)
    assert "upstream 1.1" in page(out).text
    text = " ".join(page(out, "demo").text.split())
    assert "Upstream's newest: 1.1, released 2026-11-27, 12 days after the pinned one" in text
    newest.write_text(outdated("demo", "1.0", "2026-11-15"))
    assert "upstream 1.0" not in page(publish(repository, tmp_path / "site", upstream=newest)).text


def test_audits_are_shown_when_they_are_given(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    repository.wheel("demo")
    audit = tmp_path / "audit.json"
    missing = [{"name": "scipy", "why": "needs a <recipe>"}, {"name": "pandas", "why": "needs a <recipe>"}]
    said = {
        "name": "numpy stack",
        "arch": "riscv64",
        "python": "3.13",
        "wanted": 9,
        "have": 7,
        "missing": missing,
    }
    audit.write_text(json.dumps([said]))
    out = publish(repository, tmp_path / "site", audit=audit)
    (found,) = [row for row in page(out).rows if row and row[0] == "numpy stack"]
    assert [cell.strip() for cell in found[1:]] == ["9 packages", "77%", "", "", ""]
    text = " ".join(Page((out / "closures/index.html").read_text()).text.split())
    assert "numpy stack riscv64, CPython 3.13 77% 7 of 9 2 missing needs a <recipe>pandas, scipy" in text
    assert "Whole sets" not in page(publish(repository, tmp_path / "site")).text


@pytest.mark.parametrize(
    "text",
    [
        "1",
        '{"a": 1}',
        '[{"name": "a"}]',
        '[{"name": "a", "newest": "x", "uploaded": "2026-01-01T00:00:00+00:00"}]',
        '[{"name": "a", "newest": "1", "uploaded": "soon"}]',
    ],
)
def test_a_bad_table_of_releases_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "it.json").write_text(text)
    with pytest.raises(FarwheelError, match=r"it\.json is no table of releases"):
        given.releases(tmp_path / "it.json")


@pytest.mark.parametrize("text", ["{}1", "[1]", '[{"name": "a"}]'])
def test_a_bad_list_of_audits_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "it.json").write_text(text)
    with pytest.raises(FarwheelError, match=r"it\.json"):
        given.closures(tmp_path / "it.json")


def test_a_bad_pin_is_named(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    repository.say("demo", "pin.json", {"version": 1})
    with pytest.raises(FarwheelError, match=r"demo/pin\.json is not what `lock` writes"):
        site.Facts.read(repository.root)
