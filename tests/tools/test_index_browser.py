"""The pages in Chromium: what a reader sees, types, presses and copies. Pictures go to build/screenshots."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from browser import Browser, browser, program
from farwheel.index.pages.grid import STATES
from farwheel.index.serve import running, server
from index_pages import EVIL, LONG, every_state, hostile, outdated, publish, thousand

PICTURES = Path(__file__).parents[2] / "build/screenshots"
CONTRAST = Path(__file__).with_name("contrast.js").read_text()
# Rows of the grid that are to be seen, by name.
SHOWN = (
    "Array.from(document.querySelectorAll('#packages tbody a'))"
    ".filter(a => a.checkVisibility()).map(a => a.textContent)"
)
OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.open = true })"

pytestmark = pytest.mark.skipif(program() is None, reason="there is no Chromium")


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The address of each of our sites."""
    root = tmp_path_factory.mktemp("sites")
    audit = root / "audit.json"
    missing = [{"name": "scipy", "why": "no wheel: needs a recipe"}]
    closure = {"name": "numpy stack", "arch": "riscv64", "python": "3.13", "wanted": 9, "have": 8}
    audit.write_text(json.dumps([closure | {"missing": missing}]))
    upstream = root / "upstream.json"
    upstream.write_text(outdated("built", "1.1", "2026-11-27"))
    made = {
        "states": publish(every_state(root / "1"), root / "states", audit=audit, upstream=upstream),
        "hostile": publish(hostile(root / "2"), root / "hostile"),
        "thousand": publish(thousand(root / "3"), root / "thousand"),
    }
    with ExitStack() as stack:
        yield {name: f"{stack.enter_context(running(server(out, 0)))}/" for name, out in made.items()}


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("chromium")) as found:
        yield found


@pytest.fixture
def tab(chromium: Browser, sites: dict[str, str]) -> Iterator[Browser]:
    """A wide, light window; whatever is done in it, nothing is complained of, and nobody else asked."""
    chromium.look()
    chromium.requests.clear()
    chromium.complaints.clear()
    yield chromium
    chromium.run("1")
    assert chromium.complaints == []
    assert chromium.hosts <= {url.split("/")[2] for url in sites.values()}


def test_search_narrows_the_grid_down(tab: Browser, sites: dict[str, str]) -> None:
    tab.open(sites["states"])
    every = tab.run(SHOWN)
    assert len(every) == 15
    tab.press("/", text="/")
    tab.type("ARRAYS do")
    assert tab.run("document.querySelector('#q').value") == "ARRAYS do"
    assert tab.run(SHOWN) == ["arrays"]
    assert tab.run("document.querySelector('#found').textContent") == "1 of 16"
    assert tab.run("location.search") == "?q=ARRAYS+do"
    tab.press("Escape", code=27)
    assert tab.run(SHOWN) == every
    tab.type("Taken_Back")
    assert tab.run(SHOWN) == ["taken-back"]
    tab.press("Enter", code=13, text="\r")
    tab.wait("Page.loadEventFired")
    assert tab.run("location.pathname") == "/project/taken-back/"


def test_a_search_can_be_linked_to_and_can_find_nothing(tab: Browser, sites: dict[str, str]) -> None:
    tab.open(f"{sites['states']}?q=zlib")
    assert tab.run(SHOWN) == []
    assert tab.run("document.querySelector('#nothing').checkVisibility()")
    tab.open(f"{sites['states']}?q=helper")
    assert tab.run("document.querySelector('.others a').checkVisibility()")
    assert not tab.run("document.querySelector('#nothing').checkVisibility()")


def test_the_line_can_be_copied(tab: Browser, sites: dict[str, str]) -> None:
    tab.call("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    tab.open(sites["states"])
    tab.call("Page.bringToFront")
    tab.run("document.querySelector('.main .copy').focus()")
    tab.press("Enter", code=13, text="\r")
    assert (
        tab.run(
            "new Promise(done => setTimeout(() => done(document.querySelector('.copy').textContent), 100))"
        )
        == "Copied"
    )
    copied = tab.run("navigator.clipboard.readText()")
    assert copied == f"pip install --index-url {sites['states']}simple/ arrays"
    tab.open(f"{sites['states']}project/arrays/")
    markdown = tab.run("Array.from(document.querySelectorAll('code')).at(-1).textContent")
    page = f"{sites['states']}project/arrays/"
    assert markdown == f"[![arrays]({page}badge.svg)]({page})"


def test_the_line_on_the_page_installs(tab: Browser, sites: dict[str, str], tmp_path: Path) -> None:
    tab.open(sites["states"])
    lines = tab.run("Array.from(document.querySelectorAll('code'), code => code.textContent)")
    (line,) = [line for line in lines if line.startswith("uv pip install")]
    board = ["--python-platform", "riscv64-unknown-linux", "--python-version", "3.13"]
    command = [*line.split(), *board, "--no-cache", "--target", str(tmp_path)]
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, *command[1:]], check=True, capture_output=True)
    assert (tmp_path / "arrays.py").read_text() == "version = '2.0'\n"


def test_everything_is_there_without_scripts(tab: Browser, sites: dict[str, str]) -> None:
    tab.look(script=False)
    tab.open(sites["states"])
    assert len(tab.run(SHOWN)) == 15
    assert not tab.run("document.querySelector('.search').checkVisibility()")
    assert not tab.run("document.querySelector('.copy').checkVisibility()")
    assert tab.run("document.querySelector('noscript p').checkVisibility()")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    "path", ["", "#use", "closures/", "project/arrays/", "project/taken-back/", f"project/{LONG}/"]
)
def test_pages_can_be_read(path: str, width: int, dark: bool, tab: Browser, sites: dict[str, str]) -> None:
    tab.look(width=width, dark=dark)
    tab.open("about:blank")
    tab.open(sites["states"] + path)
    name = path.strip("/#").replace("project/", "") or "index"
    tab.picture(PICTURES / f"{name}-{width}-{'dark' if dark else 'light'}.png")
    tab.run(OPEN_ALL)
    assert tab.run("document.documentElement.scrollWidth") <= width
    assert tab.run(CONTRAST) == []
    background = tab.run("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, background[4:-1].split(","))) < 150) == dark


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_sign_can_be_read(dark: bool, tab: Browser, sites: dict[str, str]) -> None:
    tab.look(dark=dark)
    tab.open(sites["states"])
    shown = tab.run("Array.from(document.querySelectorAll('#packages td[class]'), td => td.className)")
    assert set(shown) == {state.key for state in STATES}
    assert tab.run(CONTRAST) == []


def test_it_can_be_used_with_a_keyboard(tab: Browser, sites: dict[str, str]) -> None:
    tab.open(sites["states"])
    stops = []
    for _ in range(9):
        tab.press("Tab", code=9)
        stops.append(tab.run("(document.activeElement.textContent || document.activeElement.id).trim()"))
        outline = tab.run(
            "(({outlineStyle, outlineWidth}) => [outlineStyle, parseFloat(outlineWidth)])"
            "(getComputedStyle(document.activeElement))"
        )
        assert outline == ["solid", 3], stops[-1]
        assert tab.run("document.activeElement.getBoundingClientRect().top") >= 0, stops[-1]
    assert stops[0] == "Skip to the content"
    assert stops[1:] == [
        "Farwheel",
        "Packages",
        "How to use",
        "Feed",
        "Copy",
        "Will it run on my board? uv, pip.conf, Docker",
        "q",
        "arrays",
    ]


def test_the_grid_is_a_table_to_those_who_listen(tab: Browser, sites: dict[str, str]) -> None:
    tab.open(sites["states"])
    nodes = [n for n in tab.call("Accessibility.getFullAXTree")["nodes"] if not n.get("ignored")]
    names: dict[str, list[str]] = {}
    for node in nodes:
        names.setdefault(node["role"]["value"], []).append(node.get("name", {}).get("value", ""))
    assert names["table"][0] == "Packages, and what there is of them for each architecture and CPython"
    assert names["columnheader"][:8] == [
        "Package",
        "What it is",
        "riscv64",
        "loongarch64",
        "3.13",
        "3.14",
        "3.13",
        "3.14",
    ]
    assert len(names["rowheader"]) == 16
    assert "Search the packages" in names["searchbox"]
    assert all(names["button"] + names["link"])


@pytest.mark.parametrize("path", ["", "project/evil/"])
def test_nothing_that_strangers_write_runs(path: str, tab: Browser, sites: dict[str, str]) -> None:
    tab.open(sites["hostile"] + path)
    tab.run(OPEN_ALL)
    assert tab.run("document.scripts.length") == 1
    assert EVIL.split()[0] in tab.run("document.body.innerText")
    targets = tab.run("Array.from(document.links, link => link.protocol)")
    assert set(targets) <= {"http:", "https:"}
    tab.look(width=390)
    assert tab.run("document.documentElement.scrollWidth") <= 390


def test_even_what_got_in_would_not_run(chromium: Browser, sites: dict[str, str]) -> None:
    """The policy of the page refuses what the escaping is there to stop."""
    chromium.look()
    chromium.open(sites["states"])
    chromium.complaints.clear()
    ran = chromium.run(
        "new Promise(done => { const one = document.createElement('script'); one.append('window.ran = 1');"
        " document.body.append(one); setTimeout(() => done(window.ran ?? 0), 50) }).catch(() => 0)"
    )
    assert ran == 0
    assert chromium.complaints


def test_a_thousand_packages_are_quick(tab: Browser, sites: dict[str, str]) -> None:
    """The figures: 300 kB as they come, a second until search answers."""
    url = sites["thousand"]
    sizes = {}
    seconds = []
    for _ in range(3):
        tab.open("about:blank")
        tab.open(url)
        assert len(tab.run(SHOWN)) == 1000
        # The script is deferred: search answers when the content has been loaded.
        seconds.append(
            tab.run("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd") / 1000
        )
        entries = (
            "performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))"
        )
        sizes = tab.run(f"Object.fromEntries({entries}.map(one => [one.name, one.decodedBodySize]))")
    search = tab.run(
        "(() => { const start = performance.now(); const box = document.querySelector('#q');"
        " box.value = 'package-0999'; box.dispatchEvent(new Event('input')); document.body.offsetHeight;"
        " return performance.now() - start })()"
    )
    assert tab.run(SHOWN) == ["package-0999"]
    assert len(sizes) >= 3
    assert sum(sizes.values()) <= 300_000
    assert min(seconds) < 1
    assert search < 200
