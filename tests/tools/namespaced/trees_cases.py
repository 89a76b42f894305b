"""Tests that need GitHub: `test_trees.py` runs them where its host names mean the copy that these start."""

import subprocess
import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from farwheel import bundle, fetch, store, trees
from farwheel.errors import FarwheelError
from farwheel.fetch import Wanted
from farwheel.pins import Pin
from git_service import ARCHIVES, Service


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
    assert stored(full.pin) == {
        ".gitmodules",
        "a.py",
        "deep/.gitmodules",
        "deep/deep.py",
        "deep/inner/part.c",
        "vendor/part/part.c",
    }


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


def test_another_tree_than_the_pinned_one_is_refused(service: Service) -> None:
    service.commit("them/demo", {"a.py": uuid.uuid4().hex})
    good = trees.prefetch(trees.parse("github:them/demo"), "main").pin
    bad = replace(good, sha256="0" * 64)
    with pytest.raises(FarwheelError, match=f"the tree's sha256 is {good.sha256}, pinned is 0000"):
        fetch.fetch([Wanted(bad, store.path(bad))])
    assert not store.valid([store.path(bad)])


def test_a_mirror_is_asked_first(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    part = service.commit("them/part", {"part.c": ""})
    url = trees.Repository("them", "part").url()
    service.commit("them/demo", {"a.py": ""}, submodules={"part": (url, part)})
    (service.folder / "repositories/mirror").mkdir()
    (service.folder / "repositories/them").rename(service.folder / "repositories/mirror/them")
    base = trees.Repository("", "").url().removesuffix("//.git")
    monkeypatch.setenv("FARWHEEL_GITHUB", f"{base}/none/ {base}/mirror")
    tree = trees.prefetch(trees.parse("github:them/demo"), "main")
    assert stored(tree.pin) == {".gitmodules", "a.py", "part/part.c"}
    assert any(asked.endswith("/mirror/them/part.git/git-upload-pack") for asked in service.asked)


def test_settings_of_the_user_do_not_change_a_tree(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    attributes = "*.txt text\n*.md text eol=crlf\n"
    service.commit("them/demo", {"a.txt": "1\n2\n", "b.md": "1\n", ".gitattributes": attributes})
    first = trees.prefetch(trees.parse("github:them/demo"), "main").pin
    config = service.folder / "config"
    hook = service.folder / "hooks/post-checkout"
    hook.parent.mkdir()
    hook.write_text("#!/bin/sh\ntouch hooked\n")
    hook.chmod(0o755)
    config.write_text(f"[core]\nautocrlf = true\neol = crlf\nhooksPath = {hook.parent}\nsymlinks = false\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    assert trees.prefetch(trees.parse("github:them/demo"), "main").pin == first


def test_a_bundle_brings_trees_to_machines_without_a_network(service: Service, tmp_path: Path) -> None:
    service.commit("them/demo", {"a.py": uuid.uuid4().hex, "run": "#!/bin/sh\n"})
    pinned = trees.prefetch(trees.parse("github:them/demo"), "main").pin
    wanted = Wanted(pinned, store.path(pinned))
    assert bundle.write(tmp_path / "bundle", [wanted]) == 1
    assert not store.valid([wanted.output])
    assert bundle.read(tmp_path / "bundle") == 1
    assert store.valid([wanted.output])
    # Again, out of the store.
    first = (tmp_path / "bundle").read_bytes()
    bundle.write(tmp_path / "bundle", [wanted])
    assert (tmp_path / "bundle").read_bytes() == first


def stored(pin: Pin) -> set[str]:
    """The files of a pinned tree, brought into the store as `fetch` does it."""
    wanted = Wanted(pin, store.path(pin))
    fetch.fetch([wanted])
    top = Path(wanted.output)
    return {path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file()}
