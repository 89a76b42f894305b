import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from crate_registry import Registry
from farwheel import lock, nix, targets, trees
from farwheel.cli import main
from farwheel.cli.sources import upstream
from farwheel.errors import UsageError
from farwheel.outdated import look
from farwheel.pins import Pin
from farwheel.source import Source
from farwheel.standing import Standing
from loopback import Server
from package_index import UPLOADED, PackageIndex
from package_index import serve as serve_index

UPLOAD = datetime.fromisoformat(UPLOADED)
LATER = UPLOAD + timedelta(days=10)
ADVISORY = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fixed_in": ["1.1"], "summary": "It breaks."}


@pytest.fixture(params=["json", "html"])
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve_index(PackageIndex(kind=request.param)) as index:
        for version in ("1.0", "1.1", "1.2"):
            index.add_sdist("demo", version, setup__py="")
        monkeypatch.setenv("FARWHEEL_PYPI", index.url)
        yield index


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """One package, demo 1.0, in a repository of its own."""
    (tmp_path / "nix/cpython").mkdir(parents=True)
    (tmp_path / "nix/cpython/versions.json").write_text('{"cp313": {"version": "3.13.18"}}')
    (tmp_path / "nix/pins").mkdir()
    (tmp_path / "nix/pins/rust.json").write_text('{"version": "1.96.0"}')
    (tmp_path / "pkgs/demo").mkdir(parents=True)
    (tmp_path / "pkgs/demo/pin.json").write_text('{"name": "demo", "version": "1.0"}')
    known: dict[str, Any] = {"demo": {"version": "1.0", "pythons": ["cp313"], "hold": None}}
    monkeypatch.setattr(nix, "REPOSITORY", tmp_path)
    monkeypatch.setattr(targets, "catalogue", lambda: known)
    return known


def demo(*, now: datetime = LATER) -> Standing:
    [found] = look(["Demo"], upstream(), now=now)
    return found


def written_in_rust() -> None:
    pin = {"name": "demo", "version": "1.0", "cargo": {}}
    (nix.REPOSITORY / "pkgs/demo/pin.json").write_text(json.dumps(pin))


@pytest.mark.usefixtures("catalogue", "server")
def test_a_release_that_can_be_taken() -> None:
    found = demo()
    assert (found.ours, found.newest, found.take) == (Version("1.0"), Version("1.2"), Version("1.2"))
    assert (found.uploaded, found.age_days, found.held, found.advisories) == (UPLOAD, 10.0, None, None)
    assert (found.yanked, found.security, found.trouble) == (False, False, "")
    assert found.wants_attention


def test_nothing_newer(server: PackageIndex, catalogue: dict[str, Any]) -> None:
    catalogue["demo"]["version"] = "1.2"
    server.add_sdist("demo", "1.3rc1")
    server.add_sdist("demo", "1.4.dev1")
    found = demo()
    assert (found.newest, found.take, found.held) == (Version("1.2"), None, None)
    assert not found.wants_attention


@pytest.mark.usefixtures("catalogue")
def test_yanked_releases_are_passed_over_and_ours_is_told(server: PackageIndex) -> None:
    server.yanked |= {"demo-1.2.tar.gz", "demo-1.0.tar.gz"}
    found = demo()
    assert (found.newest, found.take, found.yanked) == (Version("1.1"), Version("1.1"), True)
    del server.files["demo"]["demo-1.0.tar.gz"]
    assert demo().yanked


@pytest.mark.usefixtures("catalogue")
def test_what_is_too_young_waits_while_an_older_one_is_taken(server: PackageIndex) -> None:
    del server.files["demo"]["demo-1.2.tar.gz"]
    files = [
        {"filename": f"demo-{version}.tar.gz", "url": "x", "upload_time_iso_8601": when.isoformat()}
        for version, when in (("1.0", UPLOAD), ("1.1", UPLOAD), ("1.2", LATER - timedelta(days=2)))
    ]
    server.tell("demo", releases={"all": files})
    found = demo()
    assert (found.newest, found.take) == (Version("1.2"), Version("1.1"))
    assert found.held == "cooldown: 1.0 of 3 days are left"
    [found] = look(["demo"], upstream(), now=LATER, cooldown_days=2)
    assert (found.take, found.held) == (Version("1.2"), None)


@pytest.mark.usefixtures("catalogue")
def test_without_a_time_of_upload_nothing_has_cooled_down(server: PackageIndex) -> None:
    server.with_upload_times = False
    found = demo()
    assert (found.held, found.take) == ("cooldown: no index tells when it was uploaded", None)
    assert (found.uploaded, found.age_days) == (None, None)


@pytest.mark.usefixtures("catalogue")
def test_a_security_fix_does_not_wait(server: PackageIndex) -> None:
    server.tell("demo/1.0", vulnerabilities=[ADVISORY])
    found = demo(now=UPLOAD + timedelta(hours=1))
    assert (found.take, found.security, found.held) == (Version("1.2"), True, None)
    assert found.advisories is not None
    assert found.advisories[0].fixed_in == ("1.1",)


@pytest.mark.usefixtures("catalogue")
def test_a_release_with_the_same_advisories_fixes_nothing(server: PackageIndex) -> None:
    """What its own advisories say counts for more than that its number is higher than that of a fix."""
    for version in ("1.0", "1.1", "1.2"):
        server.tell(f"demo/{version}", vulnerabilities=[ADVISORY])
    found = demo(now=UPLOAD + timedelta(hours=12))
    assert (found.take, found.security, found.held) == (None, False, "cooldown: 2.5 of 3 days are left")


def test_an_advisory_wants_attention_where_nothing_can_be_taken(
    server: PackageIndex, catalogue: dict[str, Any]
) -> None:
    catalogue["demo"]["version"] = "1.2"
    server.tell("demo/1.2", vulnerabilities=[ADVISORY | {"fixed_in": []}])
    found = demo()
    assert (found.take, found.wants_attention) == (None, True)


def test_a_hold_in_the_recipe(server: PackageIndex, catalogue: dict[str, Any]) -> None:
    catalogue["demo"]["hold"] = "1.1 crashes on LSX"
    server.tell("demo/1.0", vulnerabilities=[ADVISORY])
    found = demo()
    assert (found.newest, found.take, found.held) == (Version("1.2"), None, "hold: 1.1 crashes on LSX")


@pytest.mark.usefixtures("catalogue", "server")
def test_a_pin_in_lock_json_lets_in_what_fits_it() -> None:
    (nix.REPOSITORY / "pkgs/demo/lock.json").write_text('{"version": "<1.2"}')
    found = demo()
    assert (found.take, found.held) == (Version("1.1"), "pin: lock.json takes <1.2 only")


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("wanted", [">=3.14", "<3.13", "nonsense"])
def test_a_python_that_we_do_not_have(server: PackageIndex, wanted: str) -> None:
    server.pythons["demo-1.2.tar.gz"] = wanted
    found = demo()
    assert (found.take, found.held) == (Version("1.1"), f"python: none of our CPythons is {wanted}")


@pytest.mark.usefixtures("catalogue")
def test_a_release_without_an_sdist(server: PackageIndex) -> None:
    server.add_wheel("demo", "1.3", "cp310-abi3-manylinux_2_31_riscv64")
    server.add("demo", "demo-1.3.zip", b"another format")
    found = demo()
    assert (found.newest, found.take) == (Version("1.3"), Version("1.2"))
    assert found.held == "sdist: there is no .tar.gz"
    assert found.covered == {"riscv64": ("demo-1.3-cp310-abi3-manylinux_2_31_riscv64.whl",)}


@pytest.mark.usefixtures("catalogue")
@pytest.mark.skipif(shutil.which("cargo") is None, reason="only cargo can read a Cargo.toml")
@pytest.mark.parametrize(
    ("wanted", "held"), [("1.97", "rust: it needs Rust 1.97, ours is 1.96.0"), ("1.80", None)]
)
def test_a_release_for_a_newer_rust(
    server: PackageIndex,
    wanted: str,
    held: str | None,
    tmp_path: Path,
    serve: Callable[[], Server],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "cargo").mkdir()
    Registry(serve(), tmp_path / "cargo", monkeypatch)
    written_in_rust()
    files = {
        "pyproject__toml": '[build-system]\nrequires = ["maturin"]\nbuild-backend = "maturin"\n',
        "Cargo__toml": f'[workspace]\nmembers = ["crate"]\n[workspace.package]\nrust-version = "{wanted}"\n',
        "crate/Cargo__toml": '[package]\nname = "demo"\nversion = "1.0.0"\nrust-version.workspace = true\n',
        "crate/src/lib__rs": "",
    }
    server.add_sdist("demo", "1.3", **files)
    found = demo()
    assert (found.held, found.take) == (held, Version("1.2" if held else "1.3"))


@pytest.mark.usefixtures("catalogue")
def test_a_broken_sdist_of_a_rust_package_is_passed_over(server: PackageIndex) -> None:
    written_in_rust()
    server.add("demo", "demo-1.3.tar.gz", b"no archive")
    found = demo()
    assert (found.newest, found.take) == (Version("1.3"), Version("1.2"))
    assert found.held is not None
    assert found.held.startswith("unread: demo-1.3.tar.gz is not a whole .tar.gz archive")


@pytest.mark.usefixtures("catalogue")
def test_an_archive_that_is_not_to_be_had_is_no_reason_to_hold_back(server: PackageIndex) -> None:
    """What is held back has its pull request closed."""
    written_in_rust()
    name = server.add_sdist("demo", "1.3")
    server.broken.add(server.path(name, server.files["demo"][name]))
    found = demo()
    assert (found.held, found.take) == (None, None)
    assert "HTTP 503" in found.trouble


@pytest.mark.usefixtures("catalogue")
def test_tags_of_a_repository_are_releases(
    server: PackageIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the index has is known of them too; 1.4 is nowhere else, so its commit tells its age."""
    (nix.REPOSITORY / "pkgs/demo/lock.json").write_text('{"source": "github:owner/demo"}')
    server.add_wheel("demo", "1.3", "cp310-abi3-manylinux_2_31_riscv64")
    tags = {
        "v1.0": "a" * 40,
        "demo-1.3": "b" * 40,
        "v1.4": "c" * 40,
        "v1.5rc1": "d" * 40,
        "nightly": "e" * 40,
    }
    monkeypatch.setattr(trees, "tags", lambda _: tags)
    young = Source(Version("1.4"), Pin("github", "x", "0" * 64, 1), tmp_path, int(LATER.timestamp()) - 3600)
    monkeypatch.setattr(lock, "release", lambda *_: young)
    found = demo()
    assert (found.newest, found.take, found.held) == (
        Version("1.4"),
        Version("1.3"),
        "cooldown: 3.0 of 3 days are left",
    )
    assert not found.yanked
    del tags["v1.4"]
    found = demo()
    assert (found.newest, found.uploaded, list(found.covered)) == (Version("1.3"), UPLOAD, ["riscv64"])
    server.broken |= {"simple/demo", "pypi/demo/json"}
    assert "HTTP 503" in demo().trouble, "not known is not the same as not there"


def test_one_that_cannot_be_looked_at_does_not_spoil_the_rest(
    server: PackageIndex, catalogue: dict[str, Any]
) -> None:
    for name in ("gone", "beta"):
        catalogue[name] = {"version": "1.0", "pythons": ["cp313"]}
        (nix.REPOSITORY / "pkgs" / name).mkdir()
        (nix.REPOSITORY / "pkgs" / name / "pin.json").write_text('{"version": "1.0"}')
    server.add_sdist("beta", "1.0b1")
    beta, found, gone = look([], upstream(), now=LATER)
    assert (found.name, found.take) == ("demo", Version("1.2"))
    assert (gone.newest, beta.newest) == (None, None)
    assert "no package index has gone" in gone.trouble
    assert beta.trouble == "upstream has no final release that is not yanked"


@pytest.mark.usefixtures("catalogue", "server")
def test_an_unknown_name() -> None:
    with pytest.raises(UsageError) as caught:
        look(["demmo"], upstream(), now=LATER)
    assert caught.value.hint == "did you mean: demo"


@pytest.fixture
def _no_nix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nix, "ensure", lambda: None)


@pytest.mark.usefixtures("_no_nix")
def test_the_verb(server: PackageIndex, catalogue: dict[str, Any], capfd: pytest.CaptureFixture[str]) -> None:
    age = (datetime.now(UTC) - UPLOAD).days
    server.tell("demo/1.0", vulnerabilities=[ADVISORY | {"link": "https://osv.invalid/1"}])
    assert main(["outdated"]) == 1
    lines = capfd.readouterr().out.splitlines()
    assert lines[0].startswith("demo  1.0 -> 1.2, ")
    assert int(lines[0].split(", ")[1].split()[0]) - age in {0, 1}
    assert lines[1:] == [
        "      1.2 fixes a vulnerability, so it waits for no cooldown",
        "      PYSEC-1 CVE-1, fixed in 1.1: It breaks. https://osv.invalid/1",
    ]
    catalogue["demo"]["version"] = "1.2"
    server.tell("demo/1.2", vulnerabilities=[])
    assert main(["outdated", "demo"]) == 0
    assert capfd.readouterr().out == "demo  1.2, the newest\n"
    assert main(["outdated", "absent"]) == 2


@pytest.mark.usefixtures("_no_nix", "server")
def test_the_verb_as_json(catalogue: dict[str, Any], capfd: pytest.CaptureFixture[str]) -> None:
    catalogue["demo"]["hold"] = "it crashes"
    assert main(["outdated", "--json", "--cooldown", "0"]) == 0
    [row] = json.loads(capfd.readouterr().out)
    assert (row["ours"], row["newest"], row["take"], row["held"]) == ("1.0", "1.2", None, "hold: it crashes")
    assert (row["uploaded"], row["advisories"], row["covered"]) == (UPLOAD.isoformat(), None, {})
