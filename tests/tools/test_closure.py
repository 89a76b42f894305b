import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from farwheel import web
from farwheel.closure import Closure, Resolver, recipes, stand_ins
from farwheel.errors import FarwheelError
from farwheel.pypi import Index
from package_index import PackageIndex, serve

NATIVE = "cp313-cp313-manylinux_2_17_x86_64"


@pytest.fixture
def server() -> Iterator[PackageIndex]:
    with serve(PackageIndex()) as index:
        yield index


def resolver(server: PackageIndex, **ours: str) -> Resolver:
    return Resolver(Index(web.client(timeout=5), [server.url]), [server.url], ours)


def test_members_go_where_the_target_can_have_them(server: PackageIndex) -> None:
    cython = [server.add_wheel("cython", "3.0", tag) for tag in (NATIVE, "py3-none-any")]
    cffi = server.add_wheel("cffi", "2.0", NATIVE)
    ninja = server.add_wheel("ninja", "1.0", "py3-none-manylinux_2_17_x86_64")
    found = resolver(server, cffi="2.0").closure(["cython", "cffi", "ninja"], "3.13")
    assert [file.name for file in found.native] == [cffi, cython[0], ninja]
    assert [file.name for file in found.pure] == [cython[1]]
    assert (found.ours, found.nowhere) == (["cffi"], ["ninja"])


def test_programs_of_ours_are_told_from_modules(server: PackageIndex) -> None:
    server.add_wheel("cffi", "2.0", NATIVE)
    server.add_wheel("maturin", "1.0", "py3-none-manylinux_2_17_x86_64")
    found = resolver(server, cffi="2.0", maturin="1.0").closure(["cffi", "maturin"], "3.13")
    assert (found.ours, found.programs) == (["cffi", "maturin"], ["maturin"])


def test_our_locked_version_is_the_one_that_builds(server: PackageIndex) -> None:
    names = {version: server.add_wheel("cffi", version, NATIVE) for version in ("2.0", "2.1")}
    for ours, version in (("2.0", "2.0"), ("", "2.1")):
        found = resolver(server, cffi=ours).closure(["cffi"], "3.13")
        assert [file.name for file in found.native] == [names[version]]
        assert found.ours == ["cffi"]
    with pytest.raises(FarwheelError, match=r"^cffi>=2.1 is asked for, and our cffi is 2.0$"):
        resolver(server, cffi="2.0").closure(["cffi>=2.1"], "3.13")


def test_our_version_may_be_written_in_another_way(server: PackageIndex) -> None:
    """A source release cffi-2.0 and wheels cffi-2.0.0, which something else asks for."""
    server.add_wheel("cffi", "2.0.0", NATIVE)
    server.add_wheel("helper", "1.0", "py3-none-any", "cffi")
    assert resolver(server, cffi="2.0").closure(["helper"], "3.13").ours == ["cffi"]


def test_a_requirement_of_another_cpython_asks_for_nothing(server: PackageIndex) -> None:
    name, _ = [server.add_wheel("cffi", version, NATIVE) for version in ("2.0", "2.1")]
    asked = ["cffi>=2.0", "cffi>=2.1; python_version >= '3.15'"]
    found = resolver(server, cffi="2.0").closure(asked, "3.13")
    assert [file.name for file in found.native] == [name]
    with pytest.raises(FarwheelError, match=r"^cffi<3,>=2.1 is asked for, and our cffi is 2.0$"):
        resolver(server, cffi="2.0").closure(["cffi>=2.1", "cffi<3"], "3.13")


def test_of_a_program_any_version_will_do(server: PackageIndex) -> None:
    tag = "py3-none-manylinux_2_17_x86_64"
    names = [server.add_wheel("maturin", version, tag) for version in ("1.4", "1.16")]
    for asked, name in (("maturin<1.5", names[0]), ("maturin", names[1])):
        found = resolver(server, maturin="1.16").closure([asked], "3.13")
        assert [file.name for file in found.native] == [name]


def test_what_only_the_target_runs_needs_no_wheel_for_this_machine(
    server: PackageIndex, tmp_path: Path
) -> None:
    server.add_wheel("cffi", "2.0", NATIVE)
    pycparser = server.add_wheel("pycparser", "3.0")
    (tmp_path / "cffi").mkdir()
    run = {"cp315": {"wheels": [pycparser], "packages": []}}
    (tmp_path / "cffi/pin.json").write_text(json.dumps({"version": "2.0", "run": run}))
    stock = Resolver(
        Index(web.client(timeout=5), [server.url]),
        [server.url],
        recipes(tmp_path, without="self"),
        partial(stand_ins, tmp_path, "self"),
    )
    found = stock.closure(["cffi"], "3.15", native=False)
    assert (found.ours, [file.name for file in found.pure]) == (["cffi"], [pycparser])
    with pytest.raises(FarwheelError, match=r"no wheels for CPython 3\.15"):
        stock.closure(["cffi"], "3.15")
    with pytest.raises(FarwheelError, match=r"no wheels for CPython 3\.14"):
        stock.closure(["cffi"], "3.14", native=False)


def test_what_only_extras_need_is_left_out(server: PackageIndex) -> None:
    assert resolver(server).closure(["pytest; extra == 'test'"], "3.13") == Closure()
    assert server.requests == []


def test_recipes_are_folders_with_a_recipe_or_a_lock(tmp_path: Path) -> None:
    for name in ("cffi", "new", "none", "self"):
        (tmp_path / name).mkdir()
    (tmp_path / "cffi/pin.json").write_text(json.dumps({"version": "2.1.1"}))
    (tmp_path / "self/pin.json").write_text(json.dumps({"version": "1.0"}))
    (tmp_path / "new/default.nix").write_text("{ }")
    assert recipes(tmp_path, without="self") == {"cffi": "2.1.1", "new": ""}


@pytest.mark.parametrize("marker", ["python_version >= '3.9' or extra == 'x'", "extra != 'x'"])
def test_what_is_needed_without_an_extra_too_is_needed(server: PackageIndex, marker: str) -> None:
    name = server.add_wheel("dep", "1.0")
    found = resolver(server).closure([f"dep; {marker}"], "3.13")
    assert [file.name for file in found.pure] == [name]


def test_a_url_is_refused_where_it_is_asked_for(server: PackageIndex) -> None:
    for marker in ("sys_platform == 'win32'", "extra == 'x'"):
        text = f"dep @ {server.url}/dep.whl\n--no-binary=dep ; {marker}"
        assert resolver(server).closure([text], "3.13") == Closure()
    with pytest.raises(FarwheelError, match="comes from a URL"):
        resolver(server).closure([f"dep @ {server.url}/dep.whl"], "3.13")
    assert server.requests == []
