"""The pages for people: what they say, what they may never say, and that the same ledgers give the same."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from farwheel import nix, reproduce
from farwheel.cli import main
from farwheel.index.pages import site, wheel
from farwheel.pins import write_json
from html_page import Page, cells, page
from index_pages import EVIL, LONG, every_state, hostile, publish
from index_repository import PURE, RISCV, Repository, tree

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def xml(file: Path) -> ET.Element:
    return ET.parse(file).getroot()  # noqa: S314 - our own


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("pages")
    repository = every_state(root / "repository")
    next(repository.wheels.glob("left_out-*")).unlink()
    return publish(repository, root / "site", partial=True)


def test_the_grid_says_how_each_cell_stands(out: Path) -> None:
    assert cells(out) == {
        "arrays": "aoam",
        "built": "bmmm",
        "choosy": "mxmx",
        "failing": "fmmm",
        "left-out": "mmmm",
        "locked-up": "wwww",
        "needy": "bmmm",
        "same-again": "rmmm",
        "stable": "armm",
        "stable-twice": "ttmm",
        "stuck": "mmmm",
        "taken-back": "wmmm",
        "tested": "tmmm",
        "unbuilt": "xmxm",
        LONG: "bmmm",
    }
    # Not by colour alone.
    (signs,) = [row[2:] for row in page(out).rows if row and row[0].startswith("arrays")]
    assert [sign.strip() for sign in signs] == ["✓=", "↓", "✓=", "\N{EN DASH}"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "arrays",
            [
                f"src-2.0.tar.gz, from PyPI; sha256 {'5' * 64}",
                "519 passed, 1 expected failure, 2 skipped, 3 left out",
                "the core of upstream's tests",
                "An older version",
                "of 2.0 is built with 1 patch. NaN is no integer, nowhere. Upstream: Ours; not sent yet.",
                "libc.so.6, libm.so.6; glibc 2.29",
                "once more; on one core, in another year, time zone and locale, by Ada",
            ],
        ),
        ("choosy", ["The recipe is for Python <3.14 only"]),
        ("failing", ["Tests fail", "5 passed, 2 failed"]),
        ("left-out", ["Built, but left out of this index"]),
        ("locked-up", ["This project is quarantined.", "stolen"]),
        ("stable", ["Tested with CPython 3.13.15", "CPython 3.10 and newer"]),
        ("stable-twice", ["1 passed", "CPython 3.13.15, 3.14.7; their core with vectors too, CPU max"]),
        ("stuck", ["Something that it needs has no release for this CPython"]),
        ("taken-back", ["1.0 was withdrawn: eats boards", "Withdrawn. eats boards"]),
        ("unbuilt", ["Upstream's 0.5 is for Python >=3.14", "Pinned: 0.5, released 2026-11-15"]),
    ],
)
def test_a_page_says_why(name: str, words: list[str], out: Path) -> None:
    text = " ".join(page(out, name).text.split())
    for each in words:
        assert each in text


def test_of_several_wheels_that_fit_a_cell_has_the_one_that_pip_takes(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    own = repository.wheel("arrays", tag=RISCV)
    repository.wheel("arrays", tag="1-cp313-none-any")
    stable = repository.wheel("arrays", tag="1-cp312-abi3-manylinux_2_31_riscv64")
    shown = " ".join(
        publish(repository, tmp_path / "site").joinpath("project/arrays/index.html").read_text().split()
    )
    first, second = (
        shown.partition(f'id="riscv64-{python}"')[2].partition("</td>")[0] for python in ("3.13", "3.14")
    )
    assert own in first
    assert stable in second


def test_a_release_candidate_is_its_release_to_requires_python(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    write_json(repository.root / "nix/cpython/versions.json", {"cp315": {"version": "3.15.0rc2"}})
    for name, python in (("later", ">=3.15"), ("earlier", "<3.15")):
        wanted = f"Requires-Python: {python}\n".encode()
        repository.wheel(name, tag="cp311-abi3-manylinux_2_31_riscv64", metadata=wanted)
    assert cells(publish(repository, tmp_path / "site")) == {"earlier": "mm", "later": "bm"}


def test_the_recipes_are_linked_to_where_they_are(tmp_path: Path) -> None:
    made_up = Repository(tmp_path / "repository")
    made_up.wheel("demo")
    out = publish(made_up, tmp_path / "site", repository="https://forge.test/o/r/")
    assert {"https://forge.test/o/r", "https://forge.test/o/r/issues/new"} <= {*page(out).attributes("href")}
    assert {
        "https://forge.test/o/r/tree/HEAD/pkgs/demo",
        "https://forge.test/o/r/pulls?q=is%3Aopen+head%3Abump%2Fdemo",
    } <= {*page(out, "demo").attributes("href")}
    plain = publish(made_up, tmp_path / "plain")
    assert not [
        href for name in ("", "demo") for href in page(plain, name).attributes("href") if "/o/r" in href
    ]


def test_what_was_tested_can_be_looked_up(out: Path) -> None:
    found = page(out, "arrays")
    (link,) = {href for href in found.attributes("href") if "receipts" in href and "riscv64" in href}
    receipt = json.loads((out / "project/arrays" / unquote(link)).resolve().read_text())
    wheel = out / "files" / receipt["file"]
    assert wheel.name == "arrays-2.0-cp313-cp313-manylinux_2_31_riscv64.whl"
    assert receipt["tests"]["counts"]["passed"] == 519
    assert "asks a shell" in found.text
    assert not (out / "receipts" / "built-1.0-cp313-cp313-manylinux_2_31_riscv64.whl.json").exists()


def test_every_variation_has_words() -> None:
    known = {*reproduce.VARIATIONS, *(f"mode={mode}" for mode in reproduce.MODES)}
    assert known == wheel.VARIATIONS.keys()


def test_every_link_leads_somewhere(out: Path) -> None:
    for file in out.rglob("*.html"):
        if "simple" in file.parts:
            continue
        found = Page(file.read_text())
        for href in found.attributes("href") + found.attributes("src"):
            parts = urlsplit(href)
            if parts.scheme:
                continue
            target = (file.parent / unquote(parts.path)).resolve()
            assert (target / "index.html" if target.is_dir() else target).exists(), (file, href)


def test_the_wheels_of_others_are_listed_apart(out: Path) -> None:
    assert "helper" not in cells(out)
    assert "simple/helper/" in page(out).attributes("href")
    assert not (out / "project/helper").exists()


def test_what_strangers_write_is_text(tmp_path: Path) -> None:
    out = publish(hostile(tmp_path / "repository"), tmp_path / "site")
    for file in (out / "index.html", out / "project/evil/index.html"):
        found = Page(file.read_text())
        scripts = [attributes for tag, attributes in found.elements if tag == "script"]
        assert [list(attributes) for attributes in scripts] == [["defer", "src"]]
        names = {name for _, attributes in found.elements for name in attributes}
        assert not {name for name in names if name.startswith("on")} | names & {"style", "srcdoc"}
        assert all(urlsplit(href).scheme in {"", "https"} for href in found.attributes("href"))
        assert {urlsplit(href).netloc for href in found.attributes("href")} <= {"", "ok.test"}
        assert "\u202e" not in file.read_text()
        assert "\x07" not in file.read_text()
    assert page(out, "evil").text.count("<script>alert(1)</script>") >= 6
    assert xml(out / "feed.xml").tag.endswith("feed")
    for badge in (out / "project/evil").glob("*.svg"):
        assert {element.tag.partition("}")[2] for element in xml(badge).iter()} == {
            "svg",
            "title",
            "clipPath",
            "g",
            "rect",
            "text",
        }
    assert EVIL in (
        out / "receipts/evil-1.0+x.1-cp313-cp313-manylinux_2_31_riscv64.whl.json"
    ).read_text().replace('\\"', '"')


@pytest.mark.parametrize(
    ("summary", "shown"),
    [
        ("short", "short"),
        ("word " * 20, "word word word word word word word word word word word word…"),
        ("字" * 70, "字" * 64 + "…"),
        ("x" * 400, "x" * 64 + "…"),
    ],
)
def test_long_summaries_are_cut(summary: str, shown: str, tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    repository.wheel("demo", metadata=f"Summary: {summary}\n".encode())
    out = publish(repository, tmp_path / "site")
    (row,) = [row for row in page(out).rows if row and row[0].startswith("demo")]
    assert row[1] == shown
    assert " ".join(summary.split())[:299] in page(out, "demo").text


def test_a_page_allows_nothing_but_its_own(out: Path) -> None:
    for file in (out / "index.html", out / "project/arrays/index.html"):
        policy = {found["content"] for _, found in Page(file.read_text()).elements if "http-equiv" in found}
        (said,) = policy
        rules = dict(rule.strip().split(" ", 1) for rule in said.split(";"))
        assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
        assert {rules[kind] for kind in ("script-src", "style-src", "img-src")} == {"'self'"}
    assert "url(" not in (out / "assets/farwheel.css").read_text()


def test_the_address_is_told_where_it_is_known(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    repository.wheel("demo")
    out = publish(repository, tmp_path / "one", url="https://far.test/x")
    assert "pip install --index-url https://far.test/x/simple/ demo" in page(out).text
    assert "[![demo](https://far.test/x/project/demo/badge.svg)]" in page(out, "demo").text
    out = publish(repository, tmp_path / "two")
    assert "pip install --index-url URL demo" in page(out).text


def test_links_follow_the_files(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    name = repository.wheel("demo", "1.0+far")
    out = publish(repository, tmp_path / "near")
    assert f"../../files/{name.replace('+', '%2B')}" in page(out, "demo").attributes("href")
    repository.publish(
        tmp_path / "far",
        files_url="https://files.test/{name}",
        pages=lambda index, new: site.write(
            index, new, site.Facts.read(repository.root), files_url="https://files.test/{name}"
        ),
    )
    assert f"https://files.test/demo/{name.replace('+', '%2B')}" in page(tmp_path / "far", "demo").attributes(
        "href"
    )


def test_the_feed_tells_new_files_by_their_content(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    repository.wheel("demo", "1.0", added="2026-11-18T00:00:00Z")
    repository.wheel("demo", "2.0", added="2026-11-19T00:00:00Z")
    first = xml(publish(repository, tmp_path / "one", url="https://far.test/") / "feed.xml")
    repository.wheel("other", "1.0", added="2026-11-20T00:00:00Z")
    repository.wheel("other", "0.9", PURE, added="2026-11-17T00:00:00Z")
    # Older than the recipe, and none of ours.
    repository.pin("other", "0.8", added="2026-11-21T00:00:00Z")
    second = xml(publish(repository, tmp_path / "two", url="https://far.test/") / "feed.xml")
    assert first.findtext("a:id", "", ATOM) == second.findtext("a:id", "", ATOM)
    assert first.findtext("a:updated", "", ATOM) == "2026-11-19T00:00:00Z"
    assert second.findtext("a:updated", "", ATOM) == "2026-11-20T00:00:00Z"
    ids = [[entry.text for entry in feed.findall("a:entry/a:id", ATOM)] for feed in (first, second)]
    assert ids[1][1:-1] == ids[0]
    assert len(set(ids[1])) == 4
    titles = [title.text for title in second.findall("a:entry/a:title", ATOM)]
    assert titles[0] == "other 1.0 for riscv64, CPython 3.13"
    assert titles[-1] == "other 0.9 for any machine, Python 3"
    links = [link.get("href") for link in second.findall("a:entry/a:link", ATOM)]
    assert links[0] == "https://far.test/project/other/"
    for field in ("id", "title", "updated", "author/a:name", "link"):
        assert second.find(f"a:{field}", ATOM) is not None


def test_badges_say_the_version(out: Path) -> None:
    def said(name: str, badge: str) -> str:
        return str(xml(out / "project" / name / f"{badge}.svg").get("aria-label"))

    assert said("arrays", "badge") == "arrays: riscv64 2.0, loongarch64 2.0"
    assert said("arrays", "riscv64") == "riscv64: 2.0, tested"
    assert said("built", "riscv64") == "riscv64: 1.0"
    assert said("built", "loongarch64") == "loongarch64: no wheel yet"


def test_the_same_ledgers_give_the_same_pages(tmp_path: Path) -> None:
    repository = every_state(tmp_path / "repository")
    one, two = (publish(repository, tmp_path / name) for name in ("one", "two"))
    publish(repository, two)
    assert tree(one) == tree(two)


def test_the_verb_writes_the_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repository = Repository(tmp_path / "repository")
    repository.wheel("demo")
    monkeypatch.setattr(nix, "REPOSITORY", repository.root)
    monkeypatch.chdir(repository.root)
    # An index without pages was written before there were any.
    repository.publish(repository.root / "site")
    assert main(["index", "site", "--url", "https://far.test/"]) == 0
    assert "https://far.test/simple/" in page(repository.root / "site").text
    assert main(["index", "site", "--url", "far.test"]) == 2
    assert "--url far.test is no http(s) URL" in capsys.readouterr().err
