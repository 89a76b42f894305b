from pathlib import Path

import pytest

from farwheel.new import suite
from farwheel.new.suite import Suite


def read(folder: Path, *requires: str, project: str = "demo", **files: str) -> Suite:
    for name, text in files.items():
        path = folder / name.replace("__py", ".py").replace("__t", ".t")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return suite.read(folder, project, requires)


def test_no_tests(tmp_path: Path) -> None:
    assert read(tmp_path, **{"src/demo/__init____py": "", "contest_x__py": ""}) == Suite()


@pytest.mark.parametrize(
    ("file", "files", "select"),
    [
        ("tests/test_a", ["tests"], ["tests"]),
        ("test/deep/a_test", ["test"], ["test"]),
        ("Tests/test_a", ["Tests"], ["Tests"]),
        ("py/tests/test_a", ["py/tests"], ["py/tests"]),
        ("demo/tests/test_a", ["demo/tests"], ["demo/tests"]),
    ],
)
def test_tests_beside_the_package(tmp_path: Path, file: str, files: list[str], select: list[str]) -> None:
    found = read(tmp_path, **{f"{file}__py": "", "other/deep/tests/test_b__py": ""})
    assert (found.files, found.select) == (files, select)


@pytest.mark.parametrize(("above", "space"), [("", ""), ("src/", ""), ("lib/", ""), ("src/a/", "a.")])
def test_tests_inside_the_package(tmp_path: Path, above: str, space: str) -> None:
    files = {f"{above}demo/{name}__py": "" for name in ("__init__", "tests/__init__", "tests/test_a")}
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    for folder in ("demo", "demo/tests"):
        (tmp_path / above / folder / "__init__.py").touch()
    found = read(tmp_path, project="a-demo", **{f"{above}demo/tests/test_a__py": ""})
    assert (found.files, found.select) == ([], ["--pyargs", f"{space}demo.tests"])
    assert found.extensions == ()
    (tmp_path / above / "demo/tests/deep").mkdir()
    for name in ("demo/core.c", "demo/tests/_one.cpp", "demo/tests/deep/two.pyx", "demo/tests/data.h"):
        (tmp_path / above / name).touch()
    found = read(tmp_path, project="a-demo")
    assert found.extensions == (f"{space}demo.tests._one", f"{space}demo.tests.deep.two")


def test_tests_of_what_the_release_carries_are_not_its_own(tmp_path: Path) -> None:
    assert read(tmp_path, **{"third_party/other/tests/test_a__py": ""}) == Suite()


def test_tests_all_over_the_package(tmp_path: Path) -> None:
    tests = {
        f"demo/{part}/tests/test_{part}__py": f"import {part}_helper" for part in ("one", "two", "three")
    }
    for folder in ("demo", *(str(Path(name).parent) for name in tests), "demo/one", "demo/two", "demo/three"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "__init__.py").write_text("import from_the_package_itself")
    found = read(tmp_path, **tests, **{"benchmarks/tests/test_speed__py": "import asv"})
    assert (found.files, found.select) == ([], ["--pyargs", "demo"])
    assert {"one_helper", "two_helper", "three_helper"} <= set(found.unknown)
    assert "asv" not in found.unknown


def test_a_conftest_above_belongs_to_them(tmp_path: Path) -> None:
    assert read(tmp_path, conftest__py="", **{"tests/test_a__py": ""}).files == ["tests", "conftest.py"]


IMPORTS = """
import os, demo, demo._core, helper
import yaml
from dateutil.parser import parse
from . import sibling
import absent.deeper
try:
    import optional
except ImportError:
    optional = None
def test(mocker):
    import later, randomly
"""


def test_requirements_are_those_declared_and_imported(tmp_path: Path) -> None:
    extras = [
        *("PyYAML>=6; extra == 'test'", 'python-dateutil; extra == "dev"', "pytest-mock; extra == 'tests'"),
        *(
            "pytest; extra == 'test'",
            "pytest-randomly; extra == 'test'",
            "ruff; extra == 'dev'",
            "sphinx; extra == 'docs'",
            "yarl; extra == 'docs'",
        ),
    ]
    found = read(tmp_path, *extras, **{"tests/test_a__py": IMPORTS, "tests/helper__py": "import yarl"})
    assert found.requires == ("pytest-mock", "python-dateutil", "pyyaml")
    assert found.unknown == ("absent", "yarl")


def test_what_it_needs_to_run_is_there_anyway(tmp_path: Path) -> None:
    found = read(tmp_path, "PyYAML", "absent", **{"tests/test_a__py": "import yaml, absent"})
    assert (found.requires, found.unknown) == ((), ())


def test_dependency_groups_and_requirement_files(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[dependency-groups]\ntest = ["one>1", {include-group = "x"}]\n')
    (tmp_path / "requirements").mkdir()
    test = "# words\n-r base.txt\n-r ../../outside.txt\ntwo==1.0 \\\n --hash=x\n"
    (tmp_path / "requirements/test.txt").write_text(test)
    files = {
        "requirements/base__txt": "three # why\n-e .\n",
        "test-requirements__txt": "hypothesis==7\n",
        "requirements/lint__txt": "four\n",
        "tests/test_a__py": "import one, two, three, four, hypothesis",
    }
    found = read(tmp_path, **files)
    assert found.requires == ("hypothesis<6.150", "one", "three", "two")
    assert found.unknown == ("four",)


def test_what_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "tests/data/folder.py").mkdir(parents=True)
    (tmp_path / "tests/broken.py").symlink_to("nowhere.py")
    deep = f"import other\nx = {' + '.join(['y'] * 900)}\n"
    groups = "dependency-groups = [1]\n"
    found = read(tmp_path, **{"tests/test_a.py": deep, "pyproject.toml": groups})
    assert (found.select, found.unknown) == (["tests"], ("other",))


@pytest.mark.parametrize("other", ["loop.txt", "a\0b", "x" * 5000, "folder", "../.."])
def test_a_requirement_file_that_is_none_is_passed_over(tmp_path: Path, other: str) -> None:
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    (tmp_path / "test-requirements.txt").symlink_to("test-requirements.txt")
    (tmp_path / "folder").mkdir()
    found = read(tmp_path, **{"tests/test_a__py": "import leaf", "tests.txt": f"-r {other}\nleaf\n"})
    assert found.requires == ("leaf",)


def test_files_that_refer_to_themselves_are_read_once(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_demo.py").write_text("import leaf\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements-dev.txt\n" * 5000 + "leaf\n")
    assert suite.read(tmp_path, "demo", []).requires == ("leaf",)
