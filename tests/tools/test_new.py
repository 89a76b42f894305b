import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from farwheel import nix
from farwheel.cli import main
from farwheel.cli.new import new
from farwheel.errors import FarwheelError
from farwheel.index import kept
from farwheel.new import draft, make
from farwheel.new.draft import Draft
from farwheel.pins import Pin
from package_index import PackageIndex, sdist
from waiting import waiting

PYPROJECT = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
INFO = (
    "Metadata-Version: 2.4\nName: Demo\nVersion: 1.0\nLicense-Expression: MIT\nLicense-File: LICENSE\n"
    "Requires-Dist: dep\nRequires-Dist: extra-tool; extra == 'test'\nRequires-Python: >=3.10\n"
)
FILES = {
    "pyproject.toml": PYPROJECT,
    "PKG-INFO": INFO,
    "setup.py": 'libraries = ["z", "xml2"]\n',
    "src/demo.cpp": "",
    "LICENSE": "MIT",
    "vendor/LICENSE": "BSD",
    "test/test_demo.py": "import extra_tool, numpy\n",
}


@pytest.fixture
def server(package_index: PackageIndex, monkeypatch: pytest.MonkeyPatch) -> PackageIndex:
    monkeypatch.setenv("FARWHEEL_PYPI", package_index.url)
    for project in ("setuptools", "dep", "extra-tool", "cython"):
        package_index.add_wheel(project, "1.0")
    package_index.add_test_tools()
    return package_index


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    top = tmp_path / "repository"
    (top / "nix/cpython").mkdir(parents=True)
    versions = {"cp313": {"version": "3.13.18"}, "cp314": {"version": "3.14.10"}}
    (top / "nix/cpython/versions.json").write_text(json.dumps(versions))
    (top / "nix/libs").mkdir()
    # Without a source of its name, a shell file builds no library.
    for name in ("xml2", "zlib"):
        (top / f"nix/libs/{name}.sh").touch()
    (top / "nix/pins").mkdir()
    (top / "nix/pins/sources.manifest.json").write_text(json.dumps({"bash": {}, "zlib": {}}))
    monkeypatch.setattr(nix, "REPOSITORY", top)
    return top


def publish(server: PackageIndex, changed: dict[str, str] | None = None, *tags: str) -> None:
    """demo 1.0 with FILES but for what is `changed` ("": not there), and wheels of these tags."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in (FILES | (changed or {})).items():
            if text or name not in (changed or {}):
                member = tarfile.TarInfo(f"demo-1.0/{name}")
                member.size = len(text)
                archive.addfile(member, io.BytesIO(text.encode()))
    server.add("demo", "demo-1.0.tar.gz", packed.getvalue())
    for tag in tags:
        server.add_wheel("demo", "1.0", tag)


def test_a_recipe_its_lock_and_its_pin(
    server: PackageIndex, repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    publish(server, {}, "cp313-cp313-manylinux_2_17_x86_64", "py3-none-any")
    assert main(["new", "Demo"]) == 0
    said = capfd.readouterr()
    folder = repository / "pkgs/demo"
    written = [str(folder / name) for name in ("default.nix", "lock.json", "pin.json")]
    assert said.out.splitlines() == [*written, str(repository / "closures/pins.json")]
    assert (folder / "default.nix").read_text() == (
        '{\n  libs = [ "zlib" ];\n  tests = {\n    files = [ "test" ];\n    select = [ "test" ];\n  };\n}\n'
    )
    assert json.loads((folder / "lock.json").read_text()) == {"test_requires": ["extra-tool"]}
    pin = json.loads((folder / "pin.json").read_text())
    assert (pin["version"], pin["languages"], sorted(pin["build"])) == (
        "1.0",
        ["c", "c++"],
        ["cp313", "cp314"],
    )
    assert "extra_tool-1.0-py3-none-any.whl" in pin["test"]["cp313"]["wheels"]
    assert said.err.splitlines() == [
        "demo 1.0: setuptools.build_meta, c c++, MIT",
        "  asks for xml2 (libraries in setup.py:1), not carried",
        "  asks for z (libraries in setup.py:1), not carried",
        "  to decide: xml2 (libraries in setup.py:1) is not in nix/libs: the build may fail, or do without",
        "  to decide: do these licenses speak of what is compiled in: vendor/LICENSE?",
        "  to decide: its tests import numpy, which no test requirement names",
        "next: git add -N pkgs/demo; tools/farwheel build demo; tools/farwheel test demo",
    ]
    assert sorted(path.name for path in (repository / "pkgs").iterdir()) == ["demo"]
    assert main(["lock", "demo", "--check"]) == 0


def test_as_json(server: PackageIndex, repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    publish(server, {"setup.py": "", "vendor/z/zlib.h": "/**/"}, "cp310-abi3-manylinux_2_17_x86_64")
    assert main(["new", "demo", "--json"]) == 0
    said = json.loads(capfd.readouterr().out)
    assert said["recipe"] == {"abi3": True, "tests": {"files": ["test"], "select": ["test"]}}
    assert (said["backend"], said["license"], said["libraries"]) == ("setuptools.build_meta", "MIT", [])
    assert str(repository / "pkgs/demo/pin.json") in said["paths"]


def test_a_library_that_the_release_carries_is_not_ours(server: PackageIndex, repository: Path) -> None:
    publish(server, {"vendor/zlib/zlib.h": "/**/"})
    assert main(["new", "demo"]) == 0
    assert "libs" not in (repository / "pkgs/demo/default.nix").read_text()


def test_what_the_build_asks_for_by_program(server: PackageIndex, repository: Path) -> None:
    backend = 'requires_dynamic = ["Cython >= 1.0"]\nother = "no requirement", "cython"\n'
    pyproject = PYPROJECT.replace("setuptools.build_meta", "backend") + 'backend-path = ["in_tree"]\n'
    folder = {"in_tree/folder.py/data.txt": "cython"}
    publish(server, {"pyproject.toml": pyproject, "in_tree/backend.py": backend, **folder})
    assert main(["new", "demo"]) == 0
    assert json.loads((repository / "pkgs/demo/lock.json").read_text())["build_requires"] == ["Cython >= 1.0"]


def test_what_a_provider_of_metadata_needs(server: PackageIndex, repository: Path) -> None:
    provider = (
        '[tool.scikit-build]\nmetadata.version.provider = "scikit_build_core.metadata.setuptools_scm"\n'
    )
    pyproject = PYPROJECT.replace('"setuptools"', '"scikit-build-core"').replace(
        "setuptools.build_meta", "scikit_build_core.build"
    )
    server.add_wheel("scikit-build-core", "1.0")
    server.add_wheel("setuptools-scm", "1.0")
    publish(server, {"pyproject.toml": pyproject + provider})
    assert main(["new", "demo"]) == 0
    assert json.loads((repository / "pkgs/demo/lock.json").read_text())["build_requires"] == [
        "setuptools-scm"
    ]


def test_setup_requires(server: PackageIndex, repository: Path) -> None:
    publish(server, {"setup.py": 'setup(setup_requires=["cython", "setuptools"])\n'})
    assert main(["new", "demo"]) == 0
    assert json.loads((repository / "pkgs/demo/lock.json").read_text())["build_requires"] == ["cython"]


def test_test_requirements_do_not_cost_a_cpython(
    server: PackageIndex, repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    del server.files["extra-tool"]
    server.add_wheel("extra-tool", "1.0", "cp313-cp313-manylinux_2_17_x86_64")
    server.add_wheel("other", "1.0")
    publish(
        server,
        {"PKG-INFO": INFO + "Requires-Dist: other; extra == 'test'\n", "test/test_other.py": "import other"},
    )
    assert main(["new", "demo"]) == 0
    assert json.loads((repository / "pkgs/demo/lock.json").read_text()) == {"test_requires": ["other"]}
    assert sorted(json.loads((repository / "pkgs/demo/pin.json").read_text())["build"]) == ["cp313", "cp314"]
    assert "its tests want extra-tool, of which some CPython finds no wheel" in capfd.readouterr().err


def test_cython_may_compile_plain_python(server: PackageIndex, repository: Path) -> None:
    publish(server, {"src/demo.cpp": ""}, "cp313-cp313-manylinux_2_17_x86_64")
    assert main(["new", "demo"]) == 0
    assert json.loads((repository / "pkgs/demo/pin.json").read_text())["languages"] == ["c"]


@pytest.mark.parametrize(
    ("changed", "tags"), [({}, ["py3-none-any"]), ({"src/demo.cpp": ""}, [])], ids=["wheels", "sources"]
)
def test_what_needs_no_compiler_needs_no_recipe(
    server: PackageIndex,
    repository: Path,
    changed: dict[str, str],
    tags: list[str],
    capfd: pytest.CaptureFixture[str],
) -> None:
    publish(server, changed, *tags)
    assert main(["new", "demo"]) == 1
    assert "nothing to compile" in capfd.readouterr().err
    assert not (repository / "pkgs").exists()


def test_a_recipe_that_is_there_is_left_alone(
    server: PackageIndex, repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    publish(server)
    (repository / "pkgs/demo").mkdir(parents=True)
    (repository / "pkgs/demo/default.nix").write_text("{ abi3 = true; }")
    assert main(["new", "Demo"]) == 1
    assert "pkgs/demo is there already" in capfd.readouterr().err
    assert [path.name for path in (repository / "pkgs/demo").iterdir()] == ["default.nix"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["../demo"], 2),
        (["demo", "--from", "github:owner"], 2),
        (["absent"], 1),
        (["only-wheels"], 1),
        (["demo"], 1),
    ],
)
def test_bad_input_leaves_nothing_behind(
    server: PackageIndex,
    repository: Path,
    arguments: list[str],
    code: int,
    capfd: pytest.CaptureFixture[str],
) -> None:
    server.add_wheel("only-wheels", "1.0")
    publish(server, {"../../evil": "x"})
    assert main(["new", *arguments]) == code
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: ")
    assert not (repository / "pkgs").exists()
    assert not (repository / "closures").exists()


def test_two_at_once_do_not_mix(
    server: PackageIndex, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(server)

    def overtaken(recipe: dict[str, Any]) -> str:
        (repository / "pkgs/demo").mkdir()
        (repository / "pkgs/demo/default.nix").write_text("theirs")
        return str(recipe)

    monkeypatch.setattr(draft, "nix", overtaken)
    assert main(["new", "demo"]) == 1
    assert [path.name for path in (repository / "pkgs").iterdir()] == ["demo"]
    assert [path.read_text() for path in (repository / "pkgs/demo").iterdir()] == ["theirs"]


def test_two_that_keep_what_packages_need_to_run_take_turns(
    server: PackageIndex, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(server)
    pins, theirs = kept.path(repository / "pkgs"), "theirs-1.0-py3-none-any.whl"
    with waiting("pins", lambda: new("demo"), capsys):
        pins.parent.mkdir()
        kept.more(pins, [Pin("pypi", f"x/{theirs}", "0" * 64, 1)]).write()
    assert kept.read(pins).keys() == {"dep-1.0-py3-none-any.whl", theirs}


def test_extensions_of_the_tests_are_not_imported_for_a_smoke_test(
    server: PackageIndex, repository: Path
) -> None:
    inside = dict.fromkeys(("demo/__init__.py", "demo/tests/__init__.py", "demo/tests/test_a.py"), "pass")
    inside |= dict.fromkeys(("demo/tests/_x.c", "demo/tests/_y.c"), "int x;")
    publish(server, {"test/test_demo.py": "", "setup.py": "", **inside})
    assert main(["new", "demo"]) == 0
    assert (repository / "pkgs/demo/default.nix").read_text() == (
        "{\n  tests = {\n    files = [ ];\n"
        '    select = [\n      "--pyargs"\n      "demo.tests"\n    ];\n  };\n  skipImports = {\n'
        '    "demo.tests._x" = "part of the tests, which need more";\n'
        '    "demo.tests._y" = "part of the tests, which need more";\n  };\n}\n'
    )


def test_openssl_by_way_of_a_crate() -> None:
    made = draft.with_crates(Draft({"libs": ["zlib"]}), ["openssl-sys", "libc"])
    assert draft.nix(made.recipe) == (
        '{\n  libs = [\n    "openssl"\n    "zlib"\n  ];\n  env.OPENSSL_STATIC = "1";\n}\n'
    )
    assert draft.with_crates(Draft(), ["openssl-sys", "openssl-src"]) == Draft()


@pytest.mark.parametrize(
    ("recipe", "text"),
    [
        ({}, "{ }\n"),
        ({"abi3": True}, "{ abi3 = true; }\n"),
        ({"skipImports": {"a.b": "c"}}, '{\n  skipImports."a.b" = "c";\n}\n'),
        ({"libs": []}, "{\n  libs = [ ];\n}\n"),
        ({"env": {"A": 'x"${y}\\'}}, '{\n  env.A = "x\\"\\${y}\\\\";\n}\n'),
        (
            {"tests": {"files": [], "select": ["a"]}},
            '{\n  tests = {\n    files = [ ];\n    select = [ "a" ];\n  };\n}\n',
        ),
    ],
)
def test_nix_text(recipe: dict[str, Any], text: str) -> None:
    assert draft.nix(recipe) == text


def test_a_name_is_checked_before_anything_is_asked() -> None:
    with pytest.raises(FarwheelError, match=r"'a b' is no name"):
        make.plan(Path("/nowhere"), "a b", None)  # type: ignore[arg-type]


@pytest.mark.parametrize("by_program", [False, True])
def test_what_a_release_requires_is_no_option_of_uvs(
    server: PackageIndex,
    repository: Path,
    tmp_path: Path,
    by_program: bool,
    capfd: pytest.CaptureFixture[str],
) -> None:
    ran = tmp_path / "ran"
    project = '[build-system]\nrequires = []\nbuild-backend = "evil"\nbackend-path = ["."]\n'
    project += '[project]\nname = "evil"\ndynamic = ["version", "dependencies"]\n'
    info = "Metadata-Version: 2.2\nName: evil\nVersion: 1.0\nDynamic: Requires-Dist\n"
    program = f"open({str(ran)!r}, 'w')\n"
    evil = sdist("evil-1.0", **{"pyproject__toml": project, "PKG-INFO": info, "evil__py": program})
    server.answers["evil-1.0.tar.gz"] = ("application/gzip", evil)
    wheel = server.add_wheel("helper", "1.0")
    server.answers[wheel] = ("application/zip", server.files["helper"][wheel])
    base = server.url.removesuffix("/simple")
    asked = f"helper @ {base}/{wheel}\n--no-binary=evil\nevil@{base}/evil-1.0.tar.gz"
    if by_program:
        publish(server, {"setup.py": f"setup(setup_requires=[{asked!r}])\n"})
    else:
        requires = json.dumps(["setuptools", asked])
        publish(server, {"pyproject.toml": PYPROJECT.replace('["setuptools"]', requires)})
    assert main(["new", "demo"]) == 1
    assert not ran.exists()
    assert "comes from a URL, which no index can serve" in capfd.readouterr().err
    assert not [request for request in server.requests if "evil" in request]
    assert not (repository / "pkgs").exists()
