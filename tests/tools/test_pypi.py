import hashlib
import json
from collections.abc import Iterator
from datetime import datetime

import pytest
from packaging.version import Version

from farwheel import web
from farwheel.errors import FarwheelError, UnavailableError
from farwheel.pypi import Index
from package_index import UPLOADED, PackageIndex, serve

WHEN = datetime.fromisoformat(UPLOADED)


@pytest.fixture(params=["json", "html"])
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve(PackageIndex(kind=request.param)) as index:
        yield index


def client_of(*servers: PackageIndex) -> Index:
    return Index(web.client(timeout=5), [server.url for server in servers])


def test_newest_sdist_is_final_not_yanked_and_a_tarball(server: PackageIndex) -> None:
    for version in ("1.9", "1.10", "2.0", "2.1rc1"):
        server.add_sdist("demo", version)
    server.add("demo", "demo-1.11.zip", b"old format")
    server.add_wheel("demo", "1.12")
    server.yanked.add("demo-2.0.tar.gz")
    found = client_of(server).newest_sdist("Demo")
    assert (found.version, found.file.name) == (Version("1.10"), "demo-1.10.tar.gz")
    assert found.file.requires_python == ">=3.10"


def test_hold_narrows_and_may_name_a_prerelease_or_yanked_release(server: PackageIndex) -> None:
    server.add("demo", "demo-1.0-2.tar.gz", b"a post-release of 1.0, in the old spelling")
    for version in ("1.9", "1.10", "2.0", "2.1rc1"):
        server.add_sdist("demo", version)
    server.yanked.add("demo-2.0.tar.gz")
    index = client_of(server)
    assert str(index.newest_sdist("demo", "<1.10").version) == "1.9"
    assert str(index.newest_sdist("demo", "==2.1rc1").version) == "2.1rc1"
    assert index.newest_sdist("demo", "==2.0").file.name == "demo-2.0.tar.gz"
    with pytest.raises(FarwheelError, match="no source release within ==3"):
        index.newest_sdist("demo", "==3")
    with pytest.raises(FarwheelError, match="no source release within =="):
        index.newest_sdist("demo", "==2.*")


def test_pin_has_the_registry_path_hash_and_size(server: PackageIndex) -> None:
    name = server.add_sdist("demo", "1.0", setup__py="pass")
    content = server.files["demo"][name]
    index = client_of(server)
    pin = index.pin(index.newest_sdist("demo").file)
    assert pin.path == server.path(name, content)
    assert (pin.sha256, pin.size) == (hashlib.sha256(content).hexdigest(), len(content))


def test_size_is_asked_for_only_where_the_page_does_not_tell(server: PackageIndex) -> None:
    server.add_sdist("demo", "1.0")
    index = client_of(server)
    for _ in range(2):
        index.pin(index.newest_sdist("demo").file)
    heads = [line for line in server.requests if line.startswith("HEAD")]
    assert len(heads) == (0 if server.kind == "json" else 1)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("demo_x-1.0.tar.gz", "packages/source/d/demo-x/demo_x-1.0.tar.gz"),
        ("demo_x-1.0-py3-none-any.whl", "packages/py3/d/demo-x/demo_x-1.0-py3-none-any.whl"),
        ("demo_x-1.0-1-cp313-cp313-any.whl", "packages/cp313/d/demo-x/demo_x-1.0-1-cp313-cp313-any.whl"),
    ],
)
def test_other_layouts_become_the_registrys_older_one(server: PackageIndex, name: str, path: str) -> None:
    server.layout = "mirror/demo-x/"
    server.add("demo-x", name, b"bytes")
    index = client_of(server)
    assert index.pin(index.files("demo-x")[0]).path == path


def test_a_file_without_sha256_is_not_pinned(server: PackageIndex) -> None:
    server.with_hashes = False
    server.add_sdist("demo", "1.0")
    index = client_of(server)
    with pytest.raises(FarwheelError, match=r"no sha256 for demo-1.0.tar.gz") as caught:
        index.pin(index.newest_sdist("demo").file)
    assert "FARWHEEL_PYPI" in caught.value.hint


def test_upload_time_from_the_page(server: PackageIndex) -> None:
    server.add_sdist("demo", "1.0")
    index = client_of(server)
    release = index.newest_sdist("demo")
    assert index.upload_time("demo", release.version, release.file) == WHEN


@pytest.mark.parametrize("where", ["pypi/demo/1.0/json", "pypi/demo/json"])
def test_upload_time_from_the_json_api(server: PackageIndex, where: str) -> None:
    server.with_upload_times = False
    entry = {"filename": server.add_sdist("demo", "1.0"), "upload_time_iso_8601": UPLOADED}
    server.answers[where] = ("application/json", json.dumps({"urls": [entry]}).encode())
    index = client_of(server)
    release = index.newest_sdist("demo")
    assert index.upload_time("demo", release.version, release.file) == WHEN


def test_no_upload_time_anywhere_is_an_error(server: PackageIndex) -> None:
    server.with_upload_times = False
    server.add_sdist("demo", "1.0")
    server.answers["pypi/demo/json"] = ("text/html", b"<p>no such page</p>")
    index = client_of(server)
    release = index.newest_sdist("demo")
    with pytest.raises(FarwheelError, match=r"no index tells when demo-1.0.tar.gz was uploaded"):
        index.upload_time("demo", release.version, release.file)


def test_the_next_index_is_asked_when_one_fails(server: PackageIndex) -> None:
    server.add_sdist("demo", "1.0")
    with serve(PackageIndex()) as empty:
        index = client_of(empty, server)
        assert str(index.newest_sdist("demo").version) == "1.0"
        assert empty.requests == ["GET /simple/demo/"]
    # `empty` is gone by now: nobody listens there.
    assert client_of(empty, server).files("demo")


def test_unknown_project_names_every_index_and_no_password(server: PackageIndex) -> None:
    url = server.url.replace("//", "//user:hidden@")
    with pytest.raises(FarwheelError, match="no package index has demo") as caught:
        Index(web.client(timeout=5), [url]).files("demo")
    assert "404" in caught.value.message
    assert "hidden" not in caught.value.message
    assert caught.value.exit_code == 1


def test_an_index_that_cannot_tell_is_unavailable(server: PackageIndex) -> None:
    with serve(PackageIndex()) as empty:
        pass
    with pytest.raises(UnavailableError, match="no package index has demo"):
        client_of(server, empty).files("demo")


def test_wheels_of_one_version(server: PackageIndex) -> None:
    server.add_wheel("demo", "1.0", "cp313-cp313-manylinux_2_17_x86_64")
    server.add_wheel("demo", "1.0")
    server.add_wheel("demo", "1.1")
    server.add("demo", "demo-1.0-broken.whl", b"")
    names = [file.name for file, _ in client_of(server).wheels("demo", Version("1.0"))]
    assert names == ["demo-1.0-cp313-cp313-manylinux_2_17_x86_64.whl", "demo-1.0-py3-none-any.whl"]
