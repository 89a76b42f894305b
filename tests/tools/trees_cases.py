"""Tests that need GitHub: `test_trees.py` runs them where its host names mean the copy that these start."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from farwheel import fetch, nix, store, trees
from farwheel.cli import main
from farwheel.errors import FarwheelError
from farwheel.fetch import Wanted
from farwheel.pins import Pin
from git_service import ARCHIVES, Service
from package_index import PackageIndex
from package_index import serve as serve_index


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """GitHub, trusted by git, Nix, cargo and Python."""
    (tmp_path / "service").mkdir()
    service = Service(tmp_path / "service")
    server = service.start()
    for name in ("GIT_SSL_CAINFO", "NIX_SSL_CERT_FILE", "SSL_CERT_FILE", "CARGO_HTTP_CAINFO"):
        monkeypatch.setenv(name, str(service.certificate))
    monkeypatch.setenv("NO_PROXY", "*")
    # Root of a user namespace cannot give files to a group that is not in it.
    monkeypatch.setenv("NIX_CONFIG", "build-users-group =\nsandbox = false")
    nix.settings.cache_clear()
    nix.options.cache_clear()
    yield service
    server.shutdown()
    server.server_close()


def nix_prefetch_github(owner: str, name: str, commit: str) -> str:
    """The hash (hex) that the tool's own hasher finds, which downloads an archive by nix-prefetch-url."""
    from nix_prefetch_github.dependency_injector import DependencyInjector
    from nix_prefetch_github.interfaces import PrefetchOptions

    hasher = DependencyInjector().get_nix_prefetch_url_hasher_impl()
    found = hasher.calculate_hash_sum(trees.Repository(owner, name), commit, PrefetchOptions())
    assert found
    command = ["nix", "--extra-experimental-features", "nix-command", "hash", "to-base16", found]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.mark.nix
def test_the_hash_is_what_nix_prefetch_github_says(service: Service) -> None:
    commit = service.commit("them/demo", {"a.py": "1\n", "sub/run.sh": "#!/bin/sh\n"}, "v1.0")
    repository = trees.parse("github:them/demo")
    tree = trees.prefetch(repository, "v1.0")
    assert tree.pin.path == f"them/demo/{commit}"
    assert tree.time == 1790000000
    assert tree.pin.sha256 == nix_prefetch_github("them", "demo", commit)
    assert f"{ARCHIVES}/them/demo/tar.gz/{commit}" in service.asked


def test_submodules_are_in_the_tree_and_change_its_hash(service: Service) -> None:
    url = trees.Repository("them", "part").url()
    part = service.commit("them/part", {"part.c": "int x;"})
    deep = service.commit("them/deep", {"deep.py": ""}, submodules={"inner": ("../part.git", part)})
    linked = {"vendor/part": (url, part), "deep": ("../deep.git", deep)}
    service.commit("them/demo", {"a.py": ""}, "plain")
    service.commit("them/demo", {"a.py": ""}, "full", submodules=linked)
    repository = trees.parse("github:them/demo")
    plain, full = (trees.prefetch(repository, tag) for tag in ("plain", "full"))
    assert plain.pin.sha256 != full.pin.sha256
    assert files(full.pin) == {
        ".gitmodules",
        "a.py",
        "deep/.gitmodules",
        "deep/deep.py",
        "deep/inner/part.c",
        "vendor/part/part.c",
    }


def files(pin: Pin) -> set[str]:
    """The files of a pinned tree, brought into the store as `fetch` does it."""
    wanted = Wanted(pin, store.path(pin))
    fetch.fetch([wanted])
    top = Path(wanted.output)
    return {path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file()}


def test_what_does_not_exist_is_said(service: Service) -> None:
    service.commit("them/demo", {})
    with pytest.raises(FarwheelError, match=r"github:them/none cannot be read\n.*not found") as caught:
        trees.tags(trees.parse("github:them/none"))
    assert "FARWHEEL_GITHUB" in caught.value.hint
    with pytest.raises(FarwheelError, match=r"Unable to locate revision: v2"):
        trees.prefetch(trees.parse("github:them/demo"), "v2")
    with pytest.raises(FarwheelError, match="0000000"):
        trees.prefetch(trees.parse("github:them/demo"), "0" * 40)


def test_tags_stand_for_commits(service: Service) -> None:
    first = service.commit("them/demo", {"a": "1"}, "v1")
    second = service.commit("them/demo", {"a": "2"}, "v2", "latest/x")
    assert trees.tags(trees.parse("github:them/demo")) == {"v1": first, "v2": second, "latest/x": second}


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
