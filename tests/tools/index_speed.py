"""How long an index of many files takes: index_speed.py FOLDER [FILES]; prints JSON.

The made-up repository is written into FOLDER once and used again. Seconds and peak memory (bytes) are of a
process that does nothing else; `same` says whether two runs gave the same bytes.
"""

import functools
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
_PER_PROJECT = 20


def generate(folder: Path, count: int) -> None:
    """Projects of 20 files each: five versions, two architectures, two CPythons."""
    import hashlib

    from farwheel import ledger
    from index_repository import ADDED, INPUTS, Repository, file_name, made

    repository = Repository(folder)
    for number in range(count // _PER_PROJECT):
        project = f"project-{number:05}"
        book = {}
        for version in range(5):
            description = f"Requires-Python: >=3.11\n\n{project} {version} ".encode() + b"Words. " * 500
            for platform in ("manylinux_2_31_riscv64", "manylinux_2_36_loongarch64"):
                for python in ("cp313", "cp314"):
                    tag = f"{python}-{python}-{platform}"
                    content = made(project, f"1.{version}", tag, metadata=description)
                    name = file_name(project, f"1.{version}", tag)
                    (repository.wheels / name).write_bytes(content)
                    digest = hashlib.sha256(content).hexdigest()
                    book[name] = ledger.Entry(digest, len(content), ADDED, platform[-7:], (python,), INPUTS)
        ledger.save(repository.packages / project / "wheels.json", book)


def write(folder: Path, out: Path) -> dict[str, float]:
    """Index the repository, pages and all; {"files", "seconds", "bytes"}."""
    from farwheel.index import collect as collecting
    from farwheel.index import write as writing
    from farwheel.index.pages import site

    start = time.perf_counter()
    pages = functools.partial(site.write, facts=site.Facts.read(folder))
    index = collecting.collect(folder / "pkgs", folder / "wheelhouse", lambda _: {}, published=out / "files")
    writing.write(index, out, pages=pages)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"files": len(index.files), "seconds": round(time.perf_counter() - start, 2), "bytes": peak}


def measure(folder: Path, count: int) -> dict[str, object]:
    """Both runs, in processes of their own, and a third over what the second wrote."""
    from index_repository import tree

    if not (folder / "pkgs").exists():
        generate(folder, count)
    one, two = folder / "one", folder / "two"
    rows = [_apart(folder, out) for out in (one, two, two)]
    return {"first": rows[0], "again": rows[2], "same": tree(one) == tree(two)}


def _apart(folder: Path, out: Path) -> object:
    command = [sys.executable, __file__, "--write", str(folder), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


if __name__ == "__main__":
    sys.path[:0] = [str(HERE.parents[1] / "tools/src"), str(HERE)]
    if sys.argv[1] == "--write":
        result: object = write(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        result = measure(Path(sys.argv[1]), int((*sys.argv[2:], "10000")[0]))
    sys.stdout.write(json.dumps(result) + "\n")
