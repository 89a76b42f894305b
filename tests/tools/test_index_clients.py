"""Real pip and real uv against a served index; nothing of it is anybody's on the network."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from packaging.tags import sys_tags

import index_downloads
from clients import OURS, Client, aimed, pip_command, pip_of_311, run
from farwheel.index.serve import running, server
from index_repository import PURE, Repository, file_name, made

HOST = str(next(sys_tags()))


@pytest.fixture(params=["pip", "uv"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Client:
    return Client(request.param, tmp_path)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """demo for this machine and for ours, in several versions, needing `needed`; an index of it in `site`."""
    found = Repository(tmp_path_factory.mktemp("published") / "repository")
    for platform in [HOST, *(f"cp313-cp313-{platform}" for platform in OURS.values())]:
        found.wheel("demo", "1.0", platform, metadata=b"Requires-Dist: needed>=1\n")
    found.wheel("demo", "1.1", PURE, metadata=b"Requires-Dist: needed>=9\n")
    found.wheel("demo", "1.2", PURE, metadata=b"Requires-Python: >=4\n")
    yanked = found.wheel("demo", "1.3", PURE)
    found.say("demo", "yanked.json", {yanked: "eats boards"})
    found.pin("needed", "2.0")
    found.wheel("timed", "1.0", PURE, added="2026-01-01T00:00:00Z")
    found.wheel("timed", "2.0", PURE, added="2026-11-01T00:00:00Z")
    found.publish(found.root / "site")
    return found


@pytest.fixture
def site(published: Repository, tmp_path: Path) -> Path:
    """A copy of the published folder, to be damaged."""
    return shutil.copytree(published.root / "site", tmp_path / "moved/elsewhere")


@pytest.fixture
def serving() -> Iterator[Callable[[ThreadingHTTPServer], str]]:
    """Run a server; its URL."""
    with ExitStack() as stack:
        yield lambda found: stack.enter_context(running(found))


@pytest.fixture
def url(site: Path, serving: Callable[[ThreadingHTTPServer], str]) -> str:
    return serving(server(site, 0)) + "/simple/"


class Static(SimpleHTTPRequestHandler):
    """What any web space does: index.html for a folder, no negotiation."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def static(tmp_path: Path, serving: Callable[[ThreadingHTTPServer], str]) -> str:
    """The folder above the copy, so that the index lies somewhere below the server's root."""
    handler = partial(Static, directory=str(tmp_path / "moved"))
    return serving(ThreadingHTTPServer(("127.0.0.1", 0), handler))


def test_installs_from_json_with_requirements(client: Client, url: str) -> None:
    done = client.install(url, "demo")
    assert done.returncode == 0, done.stderr
    assert client.modules == {"demo": "1.0", "needed": "2.0"}


def test_installs_from_html_at_another_place(client: Client, site: Path, static: str) -> None:
    for path in site.rglob("index.json"):
        path.unlink()
    done = client.install(f"{static}/{site.name}/simple/", "demo")
    assert done.returncode == 0, done.stderr
    assert client.modules == {"demo": "1.0", "needed": "2.0"}


def test_installs_files_that_are_published_elsewhere(
    client: Client,
    published: Repository,
    tmp_path: Path,
    static: str,
    serving: Callable[[ThreadingHTTPServer], str],
) -> None:
    shutil.copytree(published.root / "site/files", tmp_path / "moved/bucket")
    published.publish(tmp_path / "pages", files_url=f"{static}/bucket", partial=True)
    done = client.install(f"{serving(server(tmp_path / 'pages', 0))}/simple/", "demo")
    assert done.returncode == 0, done.stderr
    assert client.modules == {"demo": "1.0", "needed": "2.0"}


@pytest.mark.parametrize("architecture", OURS)
def test_pip_downloads_for_our_architectures(architecture: str, url: str, tmp_path: Path) -> None:
    done = run(
        *(*pip_command(), "download", "--disable-pip-version-check", "--no-cache-dir", "--index-url", url),
        *("--only-binary", ":all:", "--platform", OURS[architecture], "--python-version", "3.13"),
        *("--dest", str(tmp_path / "down"), "demo"),
    )
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "down").iterdir()} == {
        file_name("demo", "1.0", f"cp313-cp313-{OURS[architecture]}"),
        file_name("needed", "2.0", PURE),
    }


@pytest.mark.parametrize("architecture", OURS)
def test_clients_install_for_our_architectures(architecture: str, client: Client, url: str) -> None:
    done = client.install(url, "demo", *aimed(client.name, architecture))
    assert done.returncode == 0, done.stderr
    (wheel,) = client.target.glob("demo-1.0.dist-info/WHEEL")
    assert f"Tag: cp313-cp313-{OURS[architecture]}\n" in wheel.read_text()


def test_every_file_can_be_downloaded(
    tmp_path: Path, serving: Callable[[ThreadingHTTPServer], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """`index_downloads.py URL`, by hand, does the same with a published index."""
    made_up = Repository(tmp_path / "repository")
    for platform in OURS.values():
        for tag in (f"cp313-cp313-{platform}", f"cp314-cp314-{platform}", f"cp311-abi3-{platform}"):
            made_up.wheel("demo", "1.0" if "abi3" not in tag else "2.0", tag)
        made_up.wheel("demo", "1.0", f"1-cp313-cp313-{platform}")
    yanked = made_up.wheel("two-words", "1.0", PURE)
    made_up.say("two-words", "yanked.json", {yanked: "old"})
    made_up.wheel("two-words", "1.1", PURE, metadata=b"Requires-Python: >=3.14\n")
    unknown = made_up.wheel("unknown", "1.0", "cp27-none-any")
    made_up.pin("needed", "2.0")
    made_up.publish(made_up.root / "site")
    url = serving(server(made_up.root / "site", 0)) + "/simple/"
    assert index_downloads.main(url) == 1
    said = json.loads(capsys.readouterr().out)
    # Of a file with a build tag and one without, clients take the first.
    assert said == {
        "files": 12,
        "brought": {"pip": 12, "uv": 12},
        "problems": [f"{unknown}: nobody takes it"],
    }


def test_a_file_that_cannot_be_downloaded_is_told_for_each_client(
    tmp_path: Path, serving: Callable[[ThreadingHTTPServer], str], capsys: pytest.CaptureFixture[str]
) -> None:
    made_up = Repository(tmp_path / "repository")
    path = made_up.root / "site/files" / made_up.pin("needed", "2.0")
    made_up.publish(made_up.root / "site")
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert index_downloads.main(serving(server(made_up.root / "site", 0)) + "/simple/") == 1
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert [problem.split(":")[0] for problem in problems] == [
        *("riscv64, CPython 3.13, pip", "riscv64, CPython 3.13, uv"),
        *("loongarch64, CPython 3.13, pip", "loongarch64, CPython 3.13, uv"),
    ]


@pytest.mark.skipif(not pip_of_311(), reason="needs a CPython 3.11 with the pip that it ships")
@pytest.mark.parametrize("form", ["json", "html"])
def test_the_pip_that_ships_with_cpython_311_works(
    form: str, site: Path, static: str, url: str, tmp_path: Path
) -> None:
    client = Client("pip", tmp_path, pip_of_311())
    place = url if form == "json" else f"{static}/{site.name}/simple/"
    done = client.install(place, "demo", *aimed("pip", "riscv64"))
    assert done.returncode == 0, done.stderr
    assert client.modules == {"demo": "1.0", "needed": "2.0"}
    tampered(site / "files" / file_name("demo", "1.0", f"cp313-cp313-{OURS['riscv64']}"))
    again = Client("pip", tmp_path / "again", pip_of_311()).install(place, "demo", *aimed("pip", "riscv64"))
    assert again.returncode != 0
    assert "DO NOT MATCH THE HASHES" in again.stderr


def test_resolution_reads_metadata_and_fetches_only_what_is_installed(
    client: Client, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """demo 1.1 needs what no index has: it is looked at, and left (PEP 658)."""
    done = client.install(url, "demo")
    assert done.returncode == 0, done.stderr
    asked = [line.split()[1] for line in capsys.readouterr().err.splitlines()]
    left, taken = file_name("demo", "1.1", PURE), file_name("demo", "1.0", HOST)
    assert f"/files/{left}.metadata" in asked
    assert f"/files/{left}" not in asked
    assert asked.index(f"/files/{taken}.metadata") < asked.index(f"/files/{taken}")
    assert [path for path in asked if path.endswith(".whl")].count(f"/files/{taken}") == 1


def test_a_yanked_file_is_installed_only_by_its_version_and_says_why(client: Client, url: str) -> None:
    done = client.install(url, "demo==1.3")
    assert done.returncode == 0, done.stderr
    assert "eats boards" in done.stdout + done.stderr


def test_a_python_that_upstream_excludes_is_told_so(client: Client, url: str) -> None:
    done = client.install(url, "demo==1.2")
    assert done.returncode != 0
    assert ">=4" in done.stdout + done.stderr


def test_uv_leaves_out_what_came_later(url: str, tmp_path: Path) -> None:
    client = Client("uv", tmp_path)
    done = client.install(url, "timed", "--exclude-newer", "2026-06-01")
    assert done.returncode == 0, done.stderr
    assert client.modules == {"timed": "1.0"}


def required(site: Path) -> str:
    """requirements.txt with hashes, for this machine."""
    wheels = [
        site / "files" / file_name("demo", "1.0", HOST),
        site / "files" / file_name("needed", "2.0", PURE),
    ]
    pins = zip(("demo==1.0", "needed==2.0"), wheels, strict=True)
    return "".join(
        f"{pin} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n" for pin, path in pins
    )


def test_hashes_may_be_required(client: Client, site: Path, url: str, tmp_path: Path) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(required(site))
    done = client.install(url, "--require-hashes", "-r", str(requirements))
    assert done.returncode == 0, done.stderr
    assert client.modules == {"demo": "1.0", "needed": "2.0"}


def tampered(wheel: Path) -> None:
    wheel.write_bytes(made("demo", "1.0", HOST, metadata=b"Requires-Dist: needed>=1\nSummary: evil\n"))


def truncated(wheel: Path) -> None:
    wheel.write_bytes(wheel.read_bytes()[:-200])


def swapped(wheel: Path) -> None:
    wheel.write_bytes((wheel.parent / file_name("demo", "1.3", PURE)).read_bytes())


@pytest.mark.parametrize("damage", [tampered, truncated, swapped])
def test_a_damaged_file_is_refused(
    damage: Callable[[Path], None], client: Client, site: Path, url: str
) -> None:
    damage(site / "files" / file_name("demo", "1.0", HOST))
    done = client.install(url, "demo==1.0")
    assert done.returncode != 0
    said = (done.stdout + done.stderr).lower()
    # uv unpacks while it downloads, so what is no archive any more is found before the hash is known.
    assert "hash" in said or "invalid zip file structure" in said
    assert client.modules.get("demo") is None


def test_pip_refuses_damaged_metadata(site: Path, url: str, tmp_path: Path) -> None:
    name = f"{file_name('demo', '1.0', HOST)}.metadata"
    (site / "files" / name).write_text(
        "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\nRequires-Dist: evil\n"
    )
    done = Client("pip", tmp_path).install(url, "demo==1.0")
    assert done.returncode != 0
    assert "hash" in (done.stdout + done.stderr).lower()
