"""Crates out of trees of git repositories, as cargo's directory sources want them: git.py SOURCES OUT PLACE.

SOURCES is JSON: [{"source" (as Cargo.lock spells it), "crates": ["<name>-<version>"], "tree": path, "sha256"
of its NAR}]. Makes OUT/crates/<number>/<name>-<version>/, and OUT/cargo/config.toml, which expects the former
at PLACE.

A crate leaves its workspace, so what its Cargo.toml inherits from there is written into it, and so are the
workspace's license texts where it has none of its own.
"""

import json
import re
import shutil
import sys
import tomllib
from pathlib import Path
from urllib.parse import parse_qsl

_TEXT = re.compile(r"(licen[cs]e|unlicense|copying|copyright|notice)([-_.].*)?", re.IGNORECASE)
_DEPENDENCIES = ("dependencies", "dev-dependencies", "build-dependencies")


def toml(value: object) -> str:
    """A value in TOML, on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{toml(key)} = {toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    # JSON escapes letters beyond 16 bits by halves, which TOML does not take.
    return json.dumps(value, ensure_ascii=False)


def document(data: dict) -> str:
    """A TOML file."""
    return "".join(f"{toml(key)} = {toml(item)}\n" for key, item in data.items())


def dependency(own: dict, shared: object) -> dict:
    """A dependency that inherits: the workspace's, with the features of both."""
    base = shared if isinstance(shared, dict) else {"version": shared}
    own = {key: value for key, value in own.items() if key != "workspace"}
    features = [*base.get("features", []), *own.get("features", [])]
    return {**base, **own, **({"features": features} if features else {})}


def freed(manifest: dict, workspace: dict) -> dict:
    """A Cargo.toml that needs no workspace."""
    # How strictly warnings are taken is the workspace's own affair.
    found = {key: value for key, value in manifest.items() if key not in {"workspace", "lints"}}
    shared = workspace.get("package", {})
    found["package"] = {
        key: shared[key] if isinstance(value, dict) and value.get("workspace") else value
        for key, value in manifest["package"].items()
        if key != "workspace"
    }
    offered = workspace.get("dependencies", {})
    targets = found.get("target", {})
    for table in (found, *targets.values()):
        for kind in _DEPENDENCIES:
            for name, own in table.get(kind, {}).items():
                if isinstance(own, dict) and own.get("workspace"):
                    table[kind][name] = dependency(own, offered[name])
    return found


def read(manifest: Path) -> dict:
    """A Cargo.toml, {} where it cannot be read: some are made to be wrong, for tests."""
    try:
        return tomllib.loads(manifest.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}


def above(folder: Path, tree: Path, manifest: dict) -> tuple[Path, dict]:
    """The folder and the table of the workspace that a crate belongs to, or ones that give nothing."""
    named = manifest["package"].get("workspace")
    folders = [folder / named] if isinstance(named, str) else [folder, *folder.parents]
    for candidate in folders:
        if table := read(candidate / "Cargo.toml").get("workspace"):
            return candidate, table
        if candidate == tree:
            break
    return tree, {}


def crates(tree: Path) -> dict[str, tuple[Path, dict, Path]]:
    """<name>-<version> -> folder, Cargo.toml as it shall be, folder of the workspace."""
    found = {}
    for file in sorted(tree.rglob("Cargo.toml"), key=lambda file: (len(file.parts), file)):
        manifest = read(file)
        if "package" in manifest:
            top, workspace = above(file.parent, tree, manifest)
            try:
                new = freed(manifest, workspace)
                name = f"{new['package']['name']}-{new['package'].get('version', '0.0.0')}"
            except KeyError:
                continue
            found.setdefault(name, (file.parent, new, top))
    return found


def take(to: Path, folder: Path, manifest: dict, top: Path, sha256: str) -> None:
    """Copy one crate."""
    shutil.copytree(folder, to, ignore_dangling_symlinks=True)
    to.chmod(0o755)
    for path in to.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    (to / "Cargo.toml").write_text(document(manifest), "utf-8")
    if not any(_TEXT.fullmatch(file.name) for file in to.iterdir() if file.is_file()):
        for file in top.iterdir():
            if file.is_file() and _TEXT.fullmatch(file.name):
                shutil.copyfile(file, to / file.name)
    checksum = {"files": {}, "package": None, "tree": sha256}
    (to / ".cargo-checksum.json").write_text(json.dumps(checksum), "utf-8")


def main() -> None:
    """Copy the crates, write what cargo has to know."""
    sources, out, place = json.loads(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    replaced = {}
    for number, source in enumerate(sources):
        offered = crates(Path(source["tree"]))
        for name in source["crates"]:
            if name not in offered:
                sys.exit(
                    f"error: {source['source']} has no crate {name}; it has: {' '.join(sorted(offered))}"
                )
            take(out / f"crates/{number}/{name}", *offered[name], source["sha256"])
        url, _, query = source["source"].removeprefix("git+").partition("#")[0].partition("?")
        replaced[source["source"]] = {"git": url, **dict(parse_qsl(query)), "replace-with": f"git-{number}"}
        replaced[f"git-{number}"] = {"directory": f"{place}/{number}"}
    (out / "cargo").mkdir()
    (out / "cargo/config.toml").write_text(document({"source": replaced}), "utf-8")


main()
