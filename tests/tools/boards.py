"""What users do with wheels: an index of them on loopback, and a fresh root that installs from it."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from farwheel import board, builder, targets, wheelhouse
from farwheel.cli import main
from farwheel.index.serve import running, server
from farwheel.targets import Target


@contextmanager
def published(wheels: list[Target], folder: Path) -> Iterator[str]:
    """The URL of an index of those wheels, as the three commands of the README would make it."""
    outputs, _ = builder.build(list(targets.derivations(wheels).values()), builder.Effort())
    for output in outputs:
        wheelhouse.put(wheelhouse.wheel_of(output), folder / "wheelhouse", force=False)
    site = folder / "site"
    assert main(["index", str(site), "--wheels", str(folder / "wheelhouse"), "--partial"]) == 0
    with running(server(site, 0)) as top:
        yield f"{top}/simple/"


def on_board(
    arch: str, command: str, work: Path, url: str = "", timeout: float = 600
) -> "subprocess.CompletedProcess[str]":
    """Run a shell command in a fresh root of the architecture, on its baseline CPU, in the folder `work`."""
    words, env = board.entering(board.prepare(arch, "cp313"), ("sh", "-c", command), index=url, work=work)
    return subprocess.run(words, env=env, capture_output=True, text=True, check=False, timeout=timeout)
