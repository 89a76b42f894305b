import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from farwheel import nix
from farwheel.cli import main
from git_service import Service
from package_index import PackageIndex
from package_index import serve as serve_index

PYPROJECT = '[build-system]\nrequires = ["helper"]\nbuild-backend = "helper"\n[project]\nname = "demo"\n'


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A repository of ours, and an index that has what builds need."""
    (tmp_path / "ours/nix/cpython").mkdir(parents=True)
    (tmp_path / "ours/nix/cpython/versions.json").write_text('{"cp313": {"version": "3.13.18"}}')
    monkeypatch.setattr(nix, "REPOSITORY", tmp_path / "ours")
    with serve_index(PackageIndex()) as index:
        monkeypatch.setenv("FARWHEEL_PYPI", index.url)
        for name in ("helper", "dep"):
            index.add_wheel(name, "1.0")
        index.add_test_tools()
        yield tmp_path / "ours"


def pin(repository: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((repository / "pkgs/demo/pin.json").read_text())
    return found


def test_a_package_follows_the_tags_of_a_repository(service: Service, repository: Path) -> None:
    text = PYPROJECT + 'requires-python = ">=3.12"\ndependencies = ["dep"]\n'
    first = service.commit("them/demo", {"pyproject.toml": text, "a.cpp": ""}, "v1.0", "v2.0rc1", "other-9")
    assert main(["lock", "Demo", "--from", "github:them/demo"]) == 0
    found = pin(repository)
    assert (found["version"], found["tag"], found["upload_time"]) == ("1.0", "v1.0", 1790000000)
    assert found["sdist"]["path"] == f"them/demo/{first}"
    assert (found["requires_python"], found["languages"]) == (">=3.12", ["c", "c++"])
    assert found["run"]["cp313"]["wheels"] == ["dep-1.0-py3-none-any.whl"]
    second = service.commit("them/demo", {"pyproject.toml": text}, "demo-1.1")
    # From now on, without being told again.
    assert main(["lock", "--all"]) == 0
    assert pin(repository)["sdist"]["path"] == f"them/demo/{second}"
    assert main(["lock", "--all", "--check"]) == 0


def test_a_tag_that_was_moved_is_refused(
    service: Service, repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    first = service.commit("them/demo", {"pyproject.toml": PYPROJECT}, "v1.0")
    assert main(["lock", "demo", "--from", "github:them/demo"]) == 0
    second = service.commit("them/demo", {"pyproject.toml": PYPROJECT + "\n"}, "v1.0")
    assert main(["lock", "demo"]) == 1
    said = capfd.readouterr().err
    assert first in said
    assert second in said
    assert pin(repository)["sdist"]["path"].endswith(first)


def test_what_only_the_backend_knows_has_to_be_named(
    service: Service, repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    service.commit("them/demo", {"pyproject.toml": PYPROJECT + 'dynamic = ["dependencies"]\n'}, "v1.0")
    assert main(["lock", "demo", "--from", "github:them/demo"]) == 1
    assert '"run_requires"' in capfd.readouterr().err
    assert not (repository / "pkgs").exists()
    (repository / "pkgs/demo").mkdir(parents=True)
    lock = repository / "pkgs/demo/lock.json"
    lock.write_text('{"run_requires": ["dep"]}')
    assert main(["lock", "demo", "--from", "github:them/demo"]) == 0
    assert json.loads(lock.read_text()) == {"run_requires": ["dep"], "source": "github:them/demo"}
    assert pin(repository)["run"]["cp313"]["wheels"] == ["dep-1.0-py3-none-any.whl"]


def test_a_tree_that_points_outside_is_refused(
    service: Service, repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    service.commit("them/demo", {"pyproject.toml": PYPROJECT}, "v1.0", links={"LICENSE": "/etc/passwd"})
    assert main(["lock", "demo", "--from", "github:them/demo"]) == 1
    assert "is a link that leaves its folder (/etc/passwd)" in capfd.readouterr().err
    assert not (repository / "pkgs").exists()


def test_a_recipe_of_a_repository(
    service: Service, repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (repository / "nix/libs").mkdir()
    (repository / "nix/pins").mkdir()
    (repository / "nix/pins/sources.manifest.json").write_text("{}")
    files = {"pyproject.toml": PYPROJECT + 'dynamic = ["dependencies"]\n', "a.c": "", "tests/test_a.py": ""}
    service.commit("them/demo", files, "v1.0")
    assert main(["new", "demo", "--from", "github:them/demo"]) == 0
    said = capfd.readouterr()
    assert "run_requires" in said.err
    assert [path.rpartition("/")[2] for path in said.out.split()] == ["default.nix", "lock.json", "pin.json"]
    lock = json.loads((repository / "pkgs/demo/lock.json").read_text())
    assert lock == {"run_requires": [], "source": "github:them/demo"}
    assert pin(repository)["tag"] == "v1.0"
    assert main(["lock", "demo", "--check"]) == 0
