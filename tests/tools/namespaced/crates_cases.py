import json
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crate_registry import manifest
from farwheel import fetch, rust, store, trees
from farwheel.fetch import Wanted
from farwheel.web import client
from git_service import Service
from package_index import sdist

_INHERITED = "version.workspace = true\nedition.workspace = true\nlicense.workspace = true\n"
WORKSPACE = {
    "Cargo.toml": """
[workspace]
members = ["crates/*"]
resolver = "2"
[workspace.package]
version = "1.2.0"
edition = "2021"
license = "MIT"
[workspace.dependencies]
leaf = { path = "crates/leaf", default-features = false, features = ["one"] }
[workspace.lints.rust]
unsafe_code = "forbid"
""",
    "LICENSE": "a license",
    "crates/leaf/Cargo.toml": f'[package]\nname = "leaf"\n{_INHERITED}[features]\none = []\ntwo = []\n',
    "crates/leaf/src/lib.rs": 'pub const BOTH: bool = cfg!(all(feature = "one", feature = "two"));\n',
    "crates/stem/Cargo.toml": f"""
[package]
name = "stem"
description = "Quick 🦀"
{_INHERITED}
[lints]
workspace = true
[dependencies]
leaf = {{ workspace = true, features = ["two"] }}
""",
    "crates/stem/src/lib.rs": "pub use leaf::BOTH;\n",
    "tests/broken/Cargo.toml": "[",
}


@pytest.mark.skipif(shutil.which("cargo") is None, reason="only cargo can read a Cargo.toml")
def test_crates_from_git_are_pinned_and_found_by_cargo(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = service.commit("them/stem", WORKSPACE, "v1.2.0")
    url = trees.Repository("them", "stem").url()
    wanted = f'[dependencies]\nstem = {{ git = "{url}", tag = "v1.2.0" }}\n'
    project = {
        "Cargo.toml": manifest("demo", "0.1.0", wanted),
        "src/main.rs": "fn main() { assert!(stem::BOTH); }\n",
    }
    archive = tmp_path / "demo-0.1.0.tar.gz"
    archive.write_bytes(sdist("demo-0.1.0", **project))
    rustup(tmp_path / "cargo", monkeypatch)
    with client(5.0) as http:
        found = rust.read(archive, "Cargo.toml", tmp_path / "none", "1.96.0", http)
    assert found.pins == []
    (source,) = found.to_json()["git"]
    assert source["source"] == f"git+{url}?tag=v1.2.0#{commit}"
    assert (source["path"], source["crates"]) == (f"them/stem/{commit}", ["leaf-1.2.0", "stem-1.2.0"])

    fetch.fetch([Wanted(found.git[0].pin, store.path(found.git[0].pin))])
    out = tmp_path / "out"
    out.mkdir()
    program = Path(__file__).parents[3] / "nix/rust/git.py"
    sources = json.dumps([{**source, "tree": store.path(found.git[0].pin)}])
    subprocess.run([sys.executable, program, sources, out, out / "crates"], check=True)
    assert (out / "crates/0/stem-1.2.0/LICENSE").read_text() == "a license"
    for name, text in {**project, "Cargo.lock": found.text or ""}.items():
        (tmp_path / "demo" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "demo" / name).write_text(text)
    rustup(out / "cargo", monkeypatch)
    service.asked.clear()
    subprocess.run(["cargo", "run", "--quiet", "--offline", "--locked"], cwd=tmp_path / "demo", check=True)
    assert service.asked == []


def rustup(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let cargo have a folder of its own, while rustup, where cargo is its, finds the user's toolchains."""
    monkeypatch.setenv("CARGO_HOME", str(home))
    own = pwd.getpwuid(os.getuid()).pw_dir + "/.rustup"
    monkeypatch.setenv("RUSTUP_HOME", os.environ.get("RUSTUP_HOME", own))
