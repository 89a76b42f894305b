"""Which crates a build compiled for the target, with their license texts: carried.py TARGET ROOT OUT.

TARGET is cargo's folder of what it made for the target: each crate's `.d` file names the sources that the
compiler read, so neither build scripts, procedural macros nor crates of other systems count. Relative ones
are below ROOT, the workspace. Makes OUT/licenses/<name>-<version>/ as nix/licenses/collect.py does, a text of
an inner folder under its path with hyphens (zstd-sys has zstd/LICENSE: zstd-LICENSE); the sha256 is the
`.crate` file's.
"""

import json
import os
import re
import shutil
import sys
import tomllib
from collections import defaultdict
from functools import cache
from pathlib import Path

_TEXT = re.compile(r"(licen[cs]e|unlicense|copying|copyright|notice)([-_.].*)?", re.IGNORECASE)
_NATIVE = {".c", ".h", ".cc", ".cpp", ".cxx", ".S", ".s"}


@cache
def crate(folder: Path) -> Path | None:
    """The vendored crate that a folder belongs to, if any."""
    if (folder / ".cargo-checksum.json").exists():
        return folder
    return crate(folder.parent) if folder != folder.parent else None


def texts(folder: Path, package: dict[str, str], sources: set[Path]) -> list[Path]:
    """The license texts of a crate: its own, and those beside or above what others wrote in it."""
    # What its build script compiles is in no .d file.
    native = {file for file in folder.rglob("*") if file.suffix in _NATIVE} if package.get("build") else set()
    above = {parent for source in sources | native for parent in source.parents if folder in parent.parents}
    found = {text for place in {folder, *above} for text in place.glob("*") if _TEXT.fullmatch(text.name)}
    # Where the REUSE specification has texts.
    found |= set(folder.glob("LICENSES/*"))
    # Its name as the crate's archive has it: never outside of that.
    found.add(folder / Path(package.get("license-file", "")).name)
    return sorted(file for file in found if file.is_file() and file.suffix != ".rs")


def main() -> None:
    """Read the .d files, copy what is found."""
    target, root, out = map(Path, sys.argv[1:])
    # A source may be included by way of its own folder: src/../data/x.rs.
    sources = {
        Path(os.path.normpath(root / name))
        for file in target.glob("*/deps/*.d")
        for name in re.findall(r"[^\s:]+\.rs\b", file.read_text("utf-8"))
    }
    found = defaultdict(set)
    for source in sources:
        if folder := crate(source.parent):
            found[folder].add(source)
    for folder in sorted(found):
        package = tomllib.loads((folder / "Cargo.toml").read_text("utf-8"))["package"]
        name = f"{package['name']}-{package['version']}"
        to = out / "licenses" / name
        to.mkdir(parents=True)
        files = {
            "-".join(file.relative_to(folder).parts): file for file in texts(folder, package, found[folder])
        }
        checksum = json.loads((folder / ".cargo-checksum.json").read_text("utf-8"))
        for name, file in files.items():
            shutil.copyfile(file, to / name)
        facts = {
            "name": package["name"],
            "version": package["version"],
            # Before SPDX expressions crates wrote a slash.
            "license": re.sub(r"\s*/\s*", " OR ", package.get("license", f"LicenseRef-{package['name']}")),
            # Of the crate, or of the tree in git that it is from.
            "sha256": checksum["package"] or checksum["tree"],
            "files": sorted(files),
        }
        (to / "component.json").write_text(json.dumps(facts, indent=2, sort_keys=True) + "\n", "utf-8")
    if not found:
        sys.exit(f"error: no crate was compiled for the target below {target}")


main()
