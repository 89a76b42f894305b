import pytest
from packaging.version import Version

from farwheel import resolve, web
from farwheel.errors import FarwheelError
from farwheel.pypi import Index
from package_index import PackageIndex, serve


@pytest.fixture
def server(package_index: PackageIndex) -> PackageIndex:
    return package_index


def test_uv_resolves_a_closure_from_the_given_index(server: PackageIndex) -> None:
    server.add_wheel("builder", "1.0", "py3-none-any", "helper<2", "only-windows; sys_platform == 'win32'")
    for version in ("1.0", "1.5", "2.0"):
        server.add_wheel("helper", version)
    found = resolve.resolve(["Builder>=1"], "3.13", [server.url])
    assert found == {"builder": Version("1.0"), "helper": Version("1.5")}


def test_constraints_and_the_version_of_python_count(server: PackageIndex) -> None:
    server.add_wheel("helper", "1.0", "cp313-cp313-manylinux_2_36_x86_64")
    server.add_wheel("helper", "1.1", "cp313-cp313-manylinux_2_36_x86_64")
    server.add_wheel("helper", "1.2", "cp314-cp314-manylinux_2_36_x86_64")
    server.add_wheel("helper", "1.3", "cp313-cp313-manylinux_2_37_x86_64")
    assert resolve.resolve(["helper"], "3.13", [server.url]) == {"helper": Version("1.1")}
    assert resolve.resolve(["helper"], "3.13", [server.url], ["helper<1.1"]) == {"helper": Version("1.0")}


def test_no_wheel_for_a_cpython_says_so_in_uvs_words(server: PackageIndex) -> None:
    server.add_wheel("helper", "1.0", "cp313-cp313-manylinux_2_36_x86_64")
    server.add_sdist("helper", "1.0")
    with pytest.raises(FarwheelError, match=r"for CPython 3\.15 that satisfy: helper") as caught:
        resolve.resolve(["helper"], "3.15", [server.url])
    assert "Wheels are required for `helper`" in caught.value.message


def test_the_next_index_is_tried(server: PackageIndex) -> None:
    server.add_wheel("helper", "1.0")
    with serve(PackageIndex()) as empty:
        assert resolve.resolve(["helper"], "3.13", [empty.url, server.url]) == {"helper": Version("1.0")}


def test_settings_of_the_user_do_not_change_what_is_found(
    server: PackageIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.add_wheel("helper", "1.0")
    server.add_wheel("helper", "2.0")
    monkeypatch.setenv("UV_RESOLUTION", "lowest")
    monkeypatch.setenv("UV_EXTRA_INDEX_URL", "http://127.0.0.1:9/simple")
    assert resolve.resolve(["helper"], "3.13", [server.url]) == {"helper": Version("2.0")}


def choice(server: PackageIndex, python: str = "3.13") -> tuple[str, str | None]:
    index = Index(web.client(timeout=5), [server.url])
    helper = (index, "helper", Version("1.0"), python)
    pure = resolve.pure(*helper)
    return resolve.native(*helper).name, pure.name if pure else None


def test_the_building_machine_gets_the_best_wheel_and_the_target_a_pure_one(server: PackageIndex) -> None:
    pure = server.add_wheel("helper", "1.0")
    server.add_wheel("helper", "1.0", "cp311-abi3-manylinux_2_17_x86_64")
    for tag in (
        "cp314-cp314-manylinux_2_17_x86_64",
        "cp313-cp313-musllinux_1_2_x86_64",
        "cp313-cp313-win_amd64",
    ):
        server.add_wheel("helper", "1.0", tag)
    assert choice(server) == ("helper-1.0-cp311-abi3-manylinux_2_17_x86_64.whl", pure)
    best = server.add_wheel("helper", "1.0", "cp313-cp313-manylinux1_x86_64.manylinux_2_5_x86_64")
    # The page has been read anew by another Index.
    assert choice(server) == (best, pure)


def test_a_wheel_for_another_python_is_not_taken(server: PackageIndex) -> None:
    fitting = server.add_wheel("helper", "1.0", "py3-none-any")
    server.pythons[server.add_wheel("helper", "1.0", "py313-none-any")] = ">=3.14"
    assert choice(server) == (fitting, fitting)


def test_without_a_pure_wheel_there_is_no_pure_choice(server: PackageIndex) -> None:
    only = server.add_wheel("helper", "1.0", "py3-none-manylinux_2_17_x86_64")
    assert choice(server) == (only, None)


def test_nothing_for_this_cpython_is_an_error(server: PackageIndex) -> None:
    server.add_wheel("helper", "1.0", "cp313-cp313t-manylinux_2_17_x86_64")
    with pytest.raises(FarwheelError, match=r"helper 1\.0 has no wheel for CPython 3\.13"):
        choice(server)


def test_tags_end_at_our_glibc() -> None:
    known = [str(tag) for tag in resolve.tags("3.13")]
    assert known[0] == "cp313-cp313-manylinux_2_36_x86_64"
    assert "cp313-cp313-manylinux_2_37_x86_64" not in known
    assert "cp313-abi3-manylinux2014_x86_64" in known
    assert known[-1] == "py30-none-any"


def test_of_several_builds_the_last_is_taken(server: PackageIndex) -> None:
    builds = [server.add_wheel("helper", f"1.0{build}", "py3-none-any") for build in ("", "-2", "-10")]
    assert choice(server) == (builds[-1], builds[-1])
