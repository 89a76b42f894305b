"""Have pip and uv bring every file of an index for our targets: `index_downloads.py URL`, as pip is given it.

Prints JSON: how many files there are, how many each client brought, and every problem; exit code 1 for any.
"""

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

from packaging.specifiers import SpecifierSet
from packaging.utils import parse_wheel_filename

from clients import OURS, Client, aimed, pip_command, run
from farwheel import simple, web
from farwheel.audit import fetched
from farwheel.audit.goal import Goal
from farwheel.index.check import listed
from farwheel.simple import File

PYTHONS = ("3.13", "3.14", "3.15")


def main(url: str) -> int:
    """The exit code."""
    files = published(url)
    count, problems = {"pip": 0, "uv": 0}, []
    never = {file.name for file in files}
    for architecture in OURS:
        done: set[str] = set()
        for python in PYTHONS:
            chosen = takes(files, Goal(architecture, f"{python}.0"))
            never -= {file.name for rivals in chosen for file in rivals}
            fresh = [rivals[0].name for rivals in chosen if rivals[0].name not in done]
            done |= set(fresh)
            for names in rounds(fresh):
                for client in count:
                    said = bring(client, url, names, architecture, python)
                    count[client] += 0 if said else len(names)
                    problems += [f"{architecture}, CPython {python}, {client}: {said}"] if said else []
    problems += [f"{name}: nobody takes it" for name in sorted(never)]
    sys.stdout.write(
        json.dumps({"files": len(files), "brought": count, "problems": problems}, indent=2) + "\n"
    )
    return int(bool(problems))


def published(url: str) -> list[File]:
    """Every file of the index."""
    with web.client() as client:
        top = fetched.get(client, url, Accept=simple.ACCEPT)
        assert top, f"{url} is no index"
        pages = (fetched.get(client, f"{url}{name}/", Accept=simple.ACCEPT) for name in listed(top, url))
        return [file for page in pages if page for file in fetched.files(page)]


def takes(files: Sequence[File], goal: Goal) -> list[list[File]]:
    """For each project and version that fits: the file that clients should take, and what it wins against.

    Of two with the same tags that is the one with the higher build tag.
    """
    found: dict[tuple[str, str], list[tuple[int, list[int], File]]] = {}
    for file in files:
        name, version, build, _ = parse_wheel_filename(file.name)
        rank = goal.rank(file.name)
        if rank is not None and SpecifierSet(file.requires_python).contains(goal.python):
            key = (name, str(version))
            found.setdefault(key, []).append((rank, [-number for number in build[:1]], file))
    ordered = [sorted(rows, key=lambda row: (row[0], row[1] or [0])) for rows in found.values()]
    return [[file for rank, _, file in rows if rank == rows[0][0]] for rows in ordered]


def rounds(names: Sequence[str]) -> Iterator[list[str]]:
    """The names in groups, no project twice in one."""
    versions: dict[str, list[str]] = {}
    for name in sorted(names):
        versions.setdefault(parse_wheel_filename(name)[0], []).append(name)
    for group in zip_longest(*versions.values()):
        yield [name for name in group if name]


def bring(client: str, url: str, names: Sequence[str], architecture: str, python: str) -> str:
    """What is wrong when a client is asked for just these files; "" for nothing."""
    parsed = [parse_wheel_filename(name) for name in names]
    words = ["--no-deps", *aimed(client, architecture, python), *(f"{name}=={v}" for name, v, _, _ in parsed)]
    with tempfile.TemporaryDirectory() as folder:
        if client == "pip":
            quiet = ("--disable-pip-version-check", "--no-cache-dir", "--index-url", url)
            done = run(*pip_command(), "download", *quiet, "--dest", folder, *words)
            found = {path.name for path in Path(folder).iterdir()}
        else:
            # uv has no verb that only downloads.
            done = Client("uv", Path(folder)).install(url, *words)
            wheels = {
                path.name.removesuffix(".dist-info"): path for path in Path(folder).glob("*/*.dist-info")
            }
            found = {name for name in names if _is(wheels.get("-".join(name.split("-")[:2])), name)}
        if done.returncode:
            return done.stderr.strip().splitlines()[-1]
        return ", ".join(f"{name} did not come" for name in names if name not in found)


def _is(info: Path | None, name: str) -> bool:
    """Whether what is installed is this wheel: its WHEEL has the tags of the name."""
    said = (info / "WHEEL").read_text(encoding="utf-8").splitlines() if info else []
    tags = {line.removeprefix("Tag: ") for line in said if line.startswith("Tag: ")}
    return tags == {str(tag) for tag in parse_wheel_filename(name)[3]}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
