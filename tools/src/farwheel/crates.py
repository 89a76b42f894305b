"""Crates: what a Cargo.lock names as pins, and where the files of the registry "crates" are.

A pin's path is `<name>/<name>-<version>.crate`. Where an index keeps that file its `config.json` says, in the
field `dl` (The Cargo Book, "Index Format").
"""

import hashlib
import json
import os
import re
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from farwheel import gitcrates, mirrors
from farwheel.errors import FarwheelError, UnavailableError
from farwheel.pins import Pin
from farwheel.web import Client, HTTPError

_PATH = re.compile(r"(?P<name>[A-Za-z0-9_-]+)/(?P=name)-(?P<version>\d[\w.+-]*)\.crate")
# Something that every index has and nobody can do without, so that cargo has to look into the index.
_PROBE = "cfg-if"
_ALTERED = "another checksum than the Cargo.lock says"
# Let cargo's resolver heed what crates say about the compiler that they need.
RESOLVE_FOR_RUSTC = {"CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS": "fallback"}


def path(name: str, version: str) -> str:
    """A crate's path in the registry."""
    return f"{name}/{name}-{version}.crate"


def cached(pin: Pin) -> Path | None:
    """The pin's file, where cargo has downloaded it for this user already; its content is checked."""
    for file in mirrors.cargo_home().glob(f"registry/cache/*/{pin.file_name}"):
        if hashlib.sha256(file.read_bytes()).hexdigest() == pin.sha256:
            return file
    return None


def packages(lock: str, where: str) -> list[dict[str, Any]]:
    """The packages of a Cargo.lock, with "name" and "version" at least. FarwheelError for what is no lock."""
    try:
        found: list[dict[str, Any]] = tomllib.loads(lock).get("package", [])
        if all(isinstance(package["name"] + package["version"], str) for package in found):
            return found
        error: Exception = TypeError("a name or a version is no text")
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as wrong:
        error = wrong
    raise FarwheelError(f"{where} is no Cargo.lock: {error}", "ask the project for a repaired release")


def pins(lock: str, where: str, client: Client) -> list[Pin]:
    """The pins of all crates that a Cargo.lock takes from the registry, sorted.

    A size, which Cargo.lock does not tell, is that of the file in cargo's cache, or of the file, fetched.
    FarwheelError for what is no lock and for crates from another registry; those from git are left out.
    """
    found = []
    for package in packages(lock, where):
        name, version = package["name"], package["version"]
        source, checksum = package.get("source", ""), package.get("checksum", "")
        if not source or source.startswith(gitcrates.PREFIX):
            continue
        if not (source.startswith("registry+") and checksum):
            raise FarwheelError(
                f"{where} takes {name} {version} from {mirrors.shown(source)}: only a registry has checksums",
                "take a release of the package that depends on released crates, or ask the project for one",
            )
        found.append(_pin(name, version, checksum, client))
    return sorted(found)


def _pin(name: str, version: str, checksum: str, client: Client) -> Pin:
    unsized = Pin("crates", path(name, version), checksum, 0)
    file = cached(unsized)
    content = file.read_bytes() if file else _content(unsized, client)
    return Pin("crates", unsized.path, checksum, len(content))


def _content(pin: Pin, client: Client) -> bytes:
    reasons = []
    for template in templates(client):
        url = locate(template, pin)
        try:
            answer = client.get(url)
        except HTTPError as error:
            reasons.append(f"{mirrors.shown(url)}: {error}")
            continue
        if answer.is_success and hashlib.sha256(answer.content).hexdigest() == pin.sha256:
            return answer.content
        what = _ALTERED if answer.is_success else f"HTTP {answer.status_code}"
        reasons.append(f"{mirrors.shown(url)}: {what}")
    # Of other bytes the release is to blame, of a registry that is not there it is not.
    altered = any(reason.endswith(_ALTERED) for reason in reasons)
    raise (FarwheelError if altered else UnavailableError)(
        "\n  ".join([f"no registry gives {pin.file_name}", *reasons]),
        f"set {mirrors.setting('crates')} to another sparse index",
    )


def templates(client: Client) -> list[str]:
    """Where crates are downloaded, as the field `dl` of an index says it, to be tried in order.

    The indexes are those of FARWHEEL_CRATES or of cargo's configuration; where neither names one, cargo
    itself knows its default.
    """
    indexes = mirrors.configured("crates")
    if not indexes:
        return [default_template()]
    found, reasons = [], []
    for index in indexes:
        try:
            answer = client.get(f"{index}/config.json")
            found.append(str(answer.json()["dl"]))
        except (HTTPError, ValueError, KeyError, TypeError) as error:
            reasons.append(f"{mirrors.shown(index)}: {type(error).__name__}: {error}")
    if not found:
        raise UnavailableError(
            "\n  ".join(["no index of crates can be read", *reasons]),
            f"set {mirrors.setting('crates')} to a sparse index, without `sparse+`",
        )
    return found


def locate(template: str, pin: Pin) -> str:
    """The URL of a crate by the field `dl` of an index; FarwheelError when the pin's path is no crate's."""
    match = _PATH.fullmatch(pin.path)
    if not match:
        raise FarwheelError(f"{pin.path!r} is no path of a crate", "pins are machine-written: farwheel lock")
    name, version = match["name"], match["version"]
    if "{" not in template:
        return f"{template}/{name}/{version}/download"
    values = {
        "crate": name,
        "version": version,
        "prefix": prefix(name),
        "lowerprefix": prefix(name).lower(),
        "sha256-checksum": pin.sha256,
    }
    return re.sub(r"\{([a-z0-9-]+)\}", lambda field: values.get(field[1], field[0]), template)


def prefix(name: str) -> str:
    """The folders that an index sorts a crate into: 1, 2, 3/a, ab/cd."""
    if len(name) <= 2:  # noqa: PLR2004 - the lengths are the rule
        return str(len(name))
    return f"3/{name[0]}" if len(name) == 3 else f"{name[:2]}/{name[2:4]}"  # noqa: PLR2004


@contextmanager
def _project(dependency: str, rustc: str = "") -> Iterator[Path]:
    """The folder of an empty project that depends on one crate, on any version of it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "src").mkdir()
        (folder / "src/lib.rs").touch()
        about = f'name = "probe"\nversion = "0.0.0"\nrust-version = "{rustc or "1.0"}"\n'
        (folder / "Cargo.toml").write_text(f'[package]\n{about}[dependencies]\n{dependency} = "*"\n')
        yield folder


def lock_of(name: str, rustc: str) -> str:
    """The Cargo.lock that cargo gives a project for `rustc` ("1.96.0") which depends on one crate."""
    with _project(name, rustc) as folder:
        where = ("--manifest-path", str(folder / "Cargo.toml"))
        run("generate-lockfile", *where, env={**os.environ, **RESOLVE_FOR_RUSTC})
        return (folder / "Cargo.lock").read_text(encoding="utf-8")


def newest_for(name: str, rustc: str) -> str:
    """The newest version of a crate that `rustc` ("1.96.0") can compile, or ""."""
    found = packages(lock_of(name, rustc), f"what cargo locks of {name}")
    return next((str(package["version"]) for package in found if package["name"] == name), "")


def default_template() -> str:
    """The field `dl` of the index that cargo uses by itself: cargo reads it, in a folder of its own."""
    with _project(_PROBE) as folder:
        where = ("--manifest-path", str(folder / "Cargo.toml"))
        run("fetch", "--quiet", *where, env={**os.environ, "CARGO_HOME": str(folder / "home")})
        for file in folder.glob("home/registry/index/*/config.json"):
            return str(json.loads(file.read_text(encoding="utf-8"))["dl"])
    raise FarwheelError(
        "cargo does not tell where its registry keeps crates",
        f"set {mirrors.setting('crates')} to a sparse index",
    )


def run(*arguments: str, env: Mapping[str, str] = os.environ) -> str:
    """The standard output of cargo; FarwheelError with its words when it fails.

    It runs at the top: cargo obeys the .cargo/config.toml of its folder and of all above, which may name
    programs to run, and rustup a rust-toolchain. A release's own top folder may be called .cargo.
    """
    try:
        done = subprocess.run(
            ["cargo", *arguments], cwd="/", env=env, capture_output=True, text=True, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except FileNotFoundError:
        raise UnavailableError(
            "cargo is missing: it reads what Rust packages say of themselves, and knows where crates are",
            f"install it (Debian: sudo apt-get install cargo), or set {mirrors.setting('crates')} to fetch",
        ) from None
    if done.returncode != 0:
        said = [line for line in done.stderr.strip().splitlines() if line.strip()]
        raise FarwheelError("\n  ".join([f"`cargo {arguments[0]}` failed", *said]))
    return done.stdout


def too_new(metadata: Mapping[str, Any], rustc: str) -> Sequence[tuple[str, str, str]]:
    """(name, version, the rustc that it asks for) of crates for which ours ("1.96.0") is too old."""
    ours = _numbers(rustc)
    return [
        (package["name"], package["version"], package["rust_version"])
        for package in metadata["packages"]
        if _numbers(package.get("rust_version") or "") > ours
    ]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version.partition("-")[0]))
