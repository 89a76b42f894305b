"""`farwheel mirrors` and nix/mirrors.json, against mirrors on loopback."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from farwheel import purebuild
from farwheel.cli import main
from loopback import Server

PINS = Path(__file__).parents[2] / "nix/pins"
SEED = json.loads((PINS / "seed.json").read_text(encoding="utf-8"))["path"]
WHEEL = json.loads((PINS / "tools.json").read_text(encoding="utf-8"))["wheels"][0]
CRATE = json.loads((PINS / "rust.json").read_text(encoding="utf-8"))["crates"][0]["path"]
NAME = WHEEL["path"].rsplit("/", 1)[1]


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "mirrors.json"
    path.write_text('{"seed": "http://seed.invalid"}')
    monkeypatch.setattr(purebuild, "FILE", path)
    return path


@pytest.fixture
def debian(serve: Callable[[], Server], monkeypatch: pytest.MonkeyPatch) -> Server:
    mirror = serve()
    mirror.file(f"/debian/{SEED}", b"deb")
    monkeypatch.setenv("FARWHEEL_DEBIAN", f"{mirror.url}/debian")
    return mirror


def index(mirror: Server, link: str) -> str:
    """A simple index whose page of the wheel's project has this link; its URL."""
    page = f'<a href="{link}#sha256={WHEEL["sha256"]}">{NAME}</a>'
    mirror.file(f"/simple/{WHEEL['name']}/", page.encode(), "text/html")
    return f"{mirror.url}/simple"


def test_what_nix_uses_is_what_lies_before_the_pins_path(
    serve: Callable[[], Server], debian: Server, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    mirror = serve()
    mirror.file(f"/root/{WHEEL['path']}", b"wheel")
    monkeypatch.setenv("FARWHEEL_PYPI", index(mirror, f"../../root/{WHEEL['path']}"))
    assert main(["mirrors", "--write"]) == 0
    assert json.loads(file.read_text()) == {
        "debian": f"{debian.url}/debian",
        "pypi": f"{mirror.url}/root",
        "seed": "http://seed.invalid",
    }


@pytest.mark.usefixtures("debian")
@pytest.mark.parametrize(("template", "expected"), [("dl", "dl"), ("dl/{crate}", None)])
def test_crates_are_taken_from_an_index_that_keeps_them_plainly(
    serve: Callable[[], Server],
    monkeypatch: pytest.MonkeyPatch,
    file: Path,
    template: str,
    expected: str | None,
) -> None:
    mirror = serve()
    mirror.file(f"/root/{WHEEL['path']}", b"wheel")
    monkeypatch.setenv("FARWHEEL_PYPI", index(mirror, f"../../root/{WHEEL['path']}"))
    name, _, crate = CRATE.partition("/")
    version = crate.removeprefix(f"{name}-").removesuffix(".crate")
    mirror.file("/index/config.json", json.dumps({"dl": f"{mirror.url}/{template}"}).encode())
    mirror.file(f"/dl/{name}/{version}/download", b"crate")
    monkeypatch.setenv("FARWHEEL_CRATES", f"{mirror.url}/index")
    assert main(["mirrors", "--write"]) == 0
    found = json.loads(file.read_text()).get("crates")
    assert found == (f"{mirror.url}/{expected}" if expected else None)


@pytest.mark.usefixtures("debian")
def test_the_first_mirror_that_will_do(
    serve: Callable[[], Server], monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    down, elsewhere, gone, good = "http://127.0.0.1:9/simple", serve(), serve(), serve()
    elsewhere.file(f"/files/{NAME}", b"wheel")
    good.file(f"/{WHEEL['path']}", b"wheel")
    urls = [down, index(elsewhere, f"/files/{NAME}"), index(gone, f"/{WHEEL['path']}")]
    monkeypatch.setenv("FARWHEEL_PYPI", " ".join([*urls, index(good, f"/{WHEEL['path']}")]))
    assert main(["mirrors", "--write"]) == 0
    assert json.loads(file.read_text())["pypi"] == good.url


@pytest.mark.usefixtures("debian")
def test_none_will_do(
    serve: Callable[[], Server],
    monkeypatch: pytest.MonkeyPatch,
    file: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    elsewhere, gone = serve(), serve()
    urls = [index(elsewhere, f"/files/{NAME}"), index(gone, f"/{WHEEL['path']}")]
    monkeypatch.setenv("FARWHEEL_PYPI", " ".join(urls))
    before = file.read_text()
    assert main(["mirrors", "--write"]) == 1
    said = capsys.readouterr().err
    assert f"{urls[0]}: its link to the file does not end in {WHEEL['path']}" in said
    assert f"{urls[1]}: HTTP 404" in said
    assert "FARWHEEL_PYPI" in said
    assert file.read_text() == before


def test_a_password_is_not_written(
    debian: Server, monkeypatch: pytest.MonkeyPatch, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FARWHEEL_DEBIAN", f"{debian.url.replace('//', '//me:secret@')}/debian")
    assert main(["mirrors", "--write"]) == 1
    said = capsys.readouterr()
    assert "netrc" in said.err
    assert "secret" not in said.err + said.out + file.read_text()
    assert main(["mirrors"]) == 0
    assert "secret" not in capsys.readouterr().out


def test_it_shows_what_is_used(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FARWHEEL_PYPI", "http://a.invalid/simple http://b.invalid/simple")
    monkeypatch.setenv("FARWHEEL_DEBIAN", "http://d.invalid/debian")
    assert main(["mirrors", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["fetch"]["pypi"] == ["http://a.invalid/simple", "http://b.invalid/simple"]
    assert shown["fetch"]["crates"] == []
    assert shown["nix"] == {"seed": "http://seed.invalid"}
    assert main(["mirrors"]) == 0
    out = capsys.readouterr().out
    assert "crates    fetch      - (what cargo itself uses; FARWHEEL_CRATES sets it)\n" in out
    lines = [line.split() for line in out.splitlines()]
    assert ["debian", "fetch", "http://d.invalid/debian"] in lines
    assert ["pypi", "nix", "build", "-"] in lines
    assert ["seed", "nix", "build", "http://seed.invalid"] in lines


def test_clear_empties_it(file: Path) -> None:
    assert main(["mirrors", "--clear"]) == 0
    assert file.read_text() == "{}\n"


def test_write_and_clear_exclude_each_other(file: Path) -> None:
    before = file.read_text()
    assert main(["mirrors", "--write", "--clear"]) == 2
    assert file.read_text() == before
