"""The crates of a source release, as cargo itself reads its Cargo.toml and Cargo.lock."""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packaging.version import Version

from farwheel import crates, gitcrates, sdist
from farwheel.errors import FarwheelError
from farwheel.pins import Pin
from farwheel.web import Client

# How a build script tells the crate `cc` that it compiles C++.
_CXX = re.compile(r"\.cpp\(\s*true")
# What cargo says when it does not take a release, what that means, and what there is to do.
_REFUSALS = (
    (
        re.compile("checksum (for|of) `"),
        "a crate is not the one that Cargo.lock names",
        "do not use this release; tell the project",
    ),
    (
        re.compile("is yanked"),
        "a crate that it wants was withdrawn (yanked)",
        "hold another version of the package in its lock.json, or tell the project",
    ),
    (
        re.compile(r"failed to select a version .*\(locked to"),
        "its Cargo.lock names a crate that the index of crates does not have",
        "try again when it does, or let cargo's configuration name another index",
    ),
)
# maturin packs a workspace without the members that a wheel does not need, and with its whole Cargo.lock.
# cargo keeps a comment at this place.
_PRUNED = "# As upstream has it, without what its Cargo.toml does not ask for."


@dataclass(frozen=True)
class Crates:
    """The crates of a release; `lock` is the path of its Cargo.lock ("bindings/python/Cargo.lock").

    `text` is that file's content where it is ours, None where it is upstream's. `languages` is what the build
    scripts compile, besides C; `git` is what is in no registry.
    """

    lock: str
    text: str | None
    pins: list[Pin]
    languages: list[str]
    git: list[gitcrates.Source] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The field `cargo` of a pin.json."""
        document: dict[str, Any] = {
            "lock": self.lock,
            "ours": self.text is not None,
            "crates": [pin.to_json() for pin in self.pins],
        }
        return document | ({"git": [source.to_json() for source in self.git]} if self.git else {})


def read(archive: Path, manifest: str, ours: Path, rustc: str, client: Client) -> Crates:
    """Read the crates of a checked sdist, whose Cargo.toml is at `manifest` below its top folder.

    Its own Cargo.lock is taken as it is, or without what nothing asks for; where it has none, or the file
    `ours` exists, cargo makes one, and keeps of what `ours` holds all that still fits. Nothing of the release
    is run. FarwheelError where the lock does not fit its Cargo.toml, and for a crate that needs a newer
    compiler than `rustc` ("1.96.0").
    """
    with _unpacked(archive) as top:
        where = ("--manifest-path", str(top / manifest))
        root = crates.run("locate-project", "--workspace", "--message-format", "plain", *where)
        lock = Path(root.strip()).with_name("Cargo.lock")
        if ours.exists() and not is_pruned(ours):
            shutil.copyfile(ours, lock)
            theirs = ""
        else:
            theirs = lock.read_text(encoding="utf-8") if lock.exists() else ""
        metadata = _metadata(archive.name, where)
        _check_rust(archive.name, metadata, rustc, ours)
        text = lock.read_text(encoding="utf-8")
        if theirs and text != theirs:
            text = _pruned(text, theirs, archive.name, ours)
        return Crates(
            lock.resolve().relative_to(top.resolve()).as_posix(),
            None if text == theirs else text,
            crates.pins(text, f"{archive.name}: {lock.name}", client),
            ["c++"] if _compiles_cxx(metadata, top) else [],
            gitcrates.pin(crates.packages(text, lock.name), f"{archive.name}: {lock.name}"),
        )


def too_new(archive: Path, manifest: str, rustc: str) -> str:
    """The Rust that the Cargo.toml at `manifest` of a checked sdist asks for, if newer than `rustc`, else "".

    Quick and without a network: what other crates ask for is for `read` to find out.
    """
    with _unpacked(archive) as top:
        words = ("--no-deps", "--format-version", "1", "--manifest-path", str(top / manifest))
        newer = crates.too_new(json.loads(crates.run("metadata", *words)), rustc)
        return max((wanted for _, _, wanted in newer), key=Version, default="")


@contextmanager
def _unpacked(archive: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield sdist.extract(archive, Path(folder))


def _check_rust(name: str, metadata: Any, rustc: str, ours: Path) -> None:
    own = [package for package in metadata["packages"] if not package["source"]]
    if newer := crates.too_new({"packages": own}, rustc):
        wanted = max((wanted for _, _, wanted in newer), key=Version)
        raise FarwheelError(
            f"{name} needs Rust {wanted}, and ours is {rustc}",
            "hold an older version of the package in its lock.json",
        )
    if newer := crates.too_new(metadata, rustc):
        listed = "\n".join(
            f"  {crate} {version} needs Rust {wanted}; the newest that fits: "
            f"{crates.newest_for(crate, rustc) or 'none'}"
            for crate, version, wanted in newer
        )
        raise FarwheelError(
            f"{name} has crates for a newer Rust than our {rustc}:\n{listed}",
            f"hold an older version of the package in its lock.json, or of the crate in {ours}",
        )


def is_pruned(lock: Path) -> bool:
    """Whether a Cargo.lock of ours is upstream's of the same release, without what is not asked for."""
    return _PRUNED in lock.read_text(encoding="utf-8").splitlines()


def _pruned(made: str, theirs: str, name: str, ours: Path) -> str:
    """What cargo made of upstream's Cargo.lock, if it has only taken something away."""
    if more := sorted(_entries(made, name) - _entries(theirs, name)):
        lacking = ", ".join(f"{crate} {version}" for crate, version, *_ in more)
        raise FarwheelError(
            f"{name}: its Cargo.lock does not fit its Cargo.toml, and lacks {lacking}",
            f"tell the project; an empty {ours} makes `lock` write one of our own",
        )
    comments = [line for line in made.splitlines() if line.startswith("#")]
    head = "".join(f"{line}\n" for line in comments)
    return f"{head}{_PRUNED}\n{made.removeprefix(head)}"


def _entries(lock: str, name: str) -> set[tuple[str, ...]]:
    """The crates from elsewhere; those of the release itself may have had another version then."""
    found = crates.packages(lock, f"{name}: Cargo.lock")
    keys = ("name", "version", "source", "checksum")
    return {tuple(one.get(key, "") for key in keys) for one in found if one.get("source")}


def _metadata(name: str, where: tuple[str, ...]) -> Any:
    words = ["metadata", "--format-version", "1", *where]
    try:
        return json.loads(crates.run(*words, env={**os.environ, **crates.RESOLVE_FOR_RUSTC}))
    except FarwheelError as error:
        for words_of_cargo, what, hint in _REFUSALS:
            if words_of_cargo.search(error.message):
                raise FarwheelError(f"{name}: {what}:\n  {error.message}", hint) from None
        raise


def _compiles_cxx(metadata: Any, top: Path) -> bool:
    scripts = [
        (package, Path(target["src_path"]))
        for package in metadata["packages"]
        for target in package["targets"]
        if "custom-build" in target["kind"]
    ]
    return any(
        _CXX.search(script.read_text(encoding="utf-8", errors="replace"))
        for package, script in scripts
        # A release may name any file of this machine, /dev/zero too, and one that is not there.
        if script.is_file() and (package["source"] or script.resolve().is_relative_to(top.resolve()))
    )
