"""Which crates a build compiled for the target, with their license texts: carried.py TARGET ROOT OUT.

TARGET is cargo's folder of what it made for the target: each crate's `.d` file names the sources that the
compiler read, so neither build scripts, procedural macros nor crates of other systems count. Relative ones
are below ROOT, the workspace. Makes OUT/licenses/<name>-<version>/ as nix/licenses/collect.py does; the
sha256 is the `.crate` file's.
"""

import json
import os
import re
import shutil
import sys
import tomllib
from functools import cache
from pathlib import Path

_TEXT = re.compile(r"(licen[cs]e|unlicense|copying|copyright|notice)([-_.].*)?", re.IGNORECASE)


@cache
def crate(folder: Path) -> Path | None:
    """The vendored crate that a folder belongs to, if any."""
    if (folder / ".cargo-checksum.json").exists():
        return folder
    return crate(folder.parent) if folder != folder.parent else None


def texts(folder: Path, package: dict[str, str]) -> list[Path]:
    """The license texts of a crate."""
    found = {file for file in folder.iterdir() if file.is_file() and _TEXT.fullmatch(file.name)}
    # Its name as the crate's archive has it: never outside of that.
    named = folder / Path(package.get("license-file", "")).name
    return sorted(found | ({named} if named.is_file() else set()))


def main() -> None:
    """Read the .d files, copy what is found."""
    target, root, out = map(Path, sys.argv[1:])
    # A source may be included by way of its own folder: src/../data/x.rs.
    sources = {
        Path(os.path.normpath(root / name))
        for file in target.glob("*/deps/*.d")
        for name in re.findall(r"[^\s:]+\.rs\b", file.read_text("utf-8"))
    }
    found = {folder for source in sources if (folder := crate(source.parent))}
    for folder in sorted(found):
        package = tomllib.loads((folder / "Cargo.toml").read_text("utf-8"))["package"]
        name = f"{package['name']}-{package['version']}"
        to = out / "licenses" / name
        to.mkdir(parents=True)
        files = texts(folder, package)
        checksum = json.loads((folder / ".cargo-checksum.json").read_text("utf-8"))
        for file in files:
            shutil.copyfile(file, to / file.name)
        facts = {
            "name": package["name"],
            "version": package["version"],
            # Before SPDX expressions crates wrote a slash.
            "license": re.sub(r"\s*/\s*", " OR ", package.get("license", f"LicenseRef-{package['name']}")),
            # Of the crate, or of the tree in git that it is from.
            "sha256": checksum["package"] or checksum["tree"],
            "files": [file.name for file in files],
        }
        (to / "component.json").write_text(json.dumps(facts, indent=2, sort_keys=True) + "\n", "utf-8")
    if not found:
        sys.exit(f"error: no crate was compiled for the target below {target}")


main()
