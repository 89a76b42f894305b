"""Requirements resolved by uv, for the machine that builds (x86-64 Linux), wheels only."""

import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from packaging.pylock import Pylock
from packaging.tags import Tag
from packaging.utils import canonicalize_name
from packaging.version import Version
from uv import find_uv_bin

from farwheel import interpreter, mirrors, web
from farwheel.errors import FarwheelError, UnavailableError
from farwheel.pypi import Index
from farwheel.simple import File

# The build root is Debian 13, but what runs in it also runs on the lowest glibc of our targets.
GLIBC = (2, 36)
# What uv says of a server that does not answer, or not well; of what is not there it says something else.
_UNREACHED = "Failed to fetch"

Resolution = Mapping[str, Version]


def resolve(
    requirements: Iterable[str],
    python: str,
    roots: Sequence[str],
    constraints: Iterable[str] = (),
    wheels: Mapping[str, bytes] | None = None,
) -> Resolution:
    """Project names and versions that satisfy the requirements on CPython `python` ("3.13"), by uv.

    `roots` are simple indexes, tried in order; `wheels` (file name -> content) are there besides.
    FarwheelError, with uv's own words, when there is no solution; UnavailableError when nobody can tell.
    """
    complaints = []
    files = {"constraints.txt": "".join(f"{line}\n" for line in constraints).encode(), **(wheels or {})}
    for root in roots:
        done = _uv(root, "\n".join(requirements), files, python)
        if done.returncode == 0:
            lock = Pylock.from_dict(tomllib.loads(done.stdout))
            return {canonicalize_name(p.name): p.version for p in lock.packages if p.version}
        complaints.append(done.stderr.strip())
    if lost := [said for said in complaints if _UNREACHED in said]:
        raise UnavailableError(
            f"a package index does not answer uv, for CPython {python}:\n{lost[-1]}",
            f"try again, or set {mirrors.setting('pypi')} to another index",
        )
    raise FarwheelError(
        f"uv finds no wheels for CPython {python} that satisfy: {', '.join(requirements)}\n{complaints[-1]}",
        'the package\'s lock.json may name "constraints", or "pythons" without this one',
    )


def native(index: Index, name: str, version: Version, python: str) -> File:
    """The best wheel of a resolved project for the building machine; FarwheelError when there is none."""
    rank = {tag: number for number, tag in enumerate(tags(python))}
    found = _best(index.wheels(name, version), rank, python)
    if found is None:
        raise FarwheelError(f"{name} {version} has no wheel for CPython {python} on x86-64 Linux")
    return found


def pure(index: Index, name: str, version: Version, python: str) -> File | None:
    """The best wheel of a resolved project that any machine can have, if there is one."""
    rank = {tag: number for number, tag in enumerate(tags(python)) if tag.platform == "any"}
    return _best(index.wheels(name, version), rank, python)


@cache
def tags(python: str) -> tuple[Tag, ...]:
    """The tags that CPython `python` takes on x86-64 Linux with our glibc, best first."""
    platforms = [f"manylinux_2_{minor}_x86_64" for minor in range(GLIBC[1], 16, -1)]
    platforms += ["manylinux2014_x86_64"]
    platforms += [f"manylinux_2_{minor}_x86_64" for minor in range(16, 11, -1)]
    platforms += ["manylinux2010_x86_64"]
    platforms += [f"manylinux_2_{minor}_x86_64" for minor in range(11, 4, -1)]
    platforms += ["manylinux1_x86_64", "linux_x86_64"]
    return interpreter.tags(python, platforms)


def _best(wheels: Sequence[tuple[File, frozenset[Tag]]], rank: Mapping[Tag, int], python: str) -> File | None:
    ranked = [
        (-min(rank[tag] for tag in its_tags if tag in rank), not file.yanked, file.build, file)
        for file, its_tags in wheels
        if not its_tags.isdisjoint(rank) and interpreter.admits(file.requires_python, python)
    ]
    return max(ranked, key=lambda entry: entry[:3])[3] if ranked else None


def _uv(
    root: str, requirements: str, files: Mapping[str, bytes], python: str
) -> subprocess.CompletedProcess[str]:
    return compiled(
        root,
        requirements,
        *("--quiet", "--format", "pylock.toml", "--python-version", python),
        *("--python-platform", f"x86_64-manylinux_{GLIBC[0]}_{GLIBC[1]}", "--constraint", "constraints.txt"),
        *("--find-links", "."),
        files=files,
    )


def compiled(
    root: str, requirements: str, *words: str, files: Mapping[str, bytes]
) -> subprocess.CompletedProcess[str]:
    """What `uv pip compile` makes of requirements with the one index `root`, wheels only.

    `words` are more of its options; `files` (name -> content) are in the folder that it runs in.
    """
    with tempfile.TemporaryDirectory(prefix="farwheel-") as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        command = [
            *(find_uv_bin(), "pip", "compile", "-", "--no-header", "--only-binary", ":all:"),
            # This interpreter, so that uv does not look for one: it only has to be some Python.
            *("--python", sys.executable, *words),
        ]
        return subprocess.run(
            command,
            cwd=folder,
            env=_environment(root),
            input=requirements,
            capture_output=True,
            text=True,
            check=False,
        )


def _environment(root: str) -> dict[str, str]:
    """uv hears of this one index only; nothing else that the user has set may change what it finds."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("UV_")}
    for key in ("UV_CACHE_DIR", "UV_KEYRING_PROVIDER", "UV_NATIVE_TLS", "UV_SYSTEM_CERTS", "UV_HTTP_TIMEOUT"):
        if key in os.environ:
            environment[key] = os.environ[key]
    environment |= {"UV_DEFAULT_INDEX": root, "UV_NO_CONFIG": "1", "UV_PYTHON_DOWNLOADS": "never"}
    if bundle := web.certificates():
        environment["SSL_CERT_DIR" if Path(bundle).is_dir() else "SSL_CERT_FILE"] = bundle
    return environment
