"""A throw-away root of a target architecture, for people without a board: CPython with pip, under QEMU.

What is in it, says nix/board/default.nix; how it is entered, nix/board/enter.sh.
"""

import os
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from farwheel import builder, cache, derivation, doctor, nix
from farwheel.errors import FarwheelError, UsageError
from farwheel.probe import probe
from farwheel.targets import cpython
from farwheel.web import certificates

_SHELL = ("/opt/busybox/bin/busybox", "sh")
ENTERING = ("seed", "root", "inside", "mounts", "emulator", "magic", "mask")
_CERTIFICATES = "/etc/certificates.pem"
_PROXY = re.compile(r"(https?|all|no)_proxy", re.IGNORECASE)


@dataclass(frozen=True)
class Board:
    """One architecture with one CPython (`cp313`) on one QEMU CPU model; `variables` are for enter.sh."""

    architecture: str
    python: str
    cpu: str
    variables: Mapping[str, str]


def prepare(architecture: str, python: str = "", *, vectors: bool = False) -> Board:
    """Build what a board needs, where that has not been done; the oldest CPython if none is named.

    On the baseline CPU, or on one with vector instructions. UsageError for what does not exist, FarwheelError
    where the kernel does not let us enter it.
    """
    known: dict[str, dict[str, str]] = nix.evaluate(
        "lib.boards",
        f"builtins.mapAttrs (_: builtins.mapAttrs (_: b: b{'.vectors' if vectors else ''}.drvPath))",
    )
    if architecture not in known:
        raise UsageError(f"unknown architecture {architecture!r}", f"there are: {' '.join(sorted(known))}")
    pythons = known[architecture]
    chosen = cpython(python, pythons) if python else min(pythons)
    for check in doctor.kernel(probe(), platform.release(), Path("/proc/sys")):
        if check.status == "fail":
            raise FarwheelError(f"{check.name}: {check.detail}", check.cure)
    found = derivation.read(pythons[chosen])
    builder.build(list(found.inputs), builder.Effort())
    return Board(architecture, chosen, found.env["QEMU_CPU"], {name: found.env[name] for name in ENTERING})


def entering(
    board: Board,
    command: tuple[str, ...] = (),
    *,
    index: str = "",
    work: Path | None = None,
    host: Mapping[str, str] = os.environ,
) -> tuple[list[str], dict[str, str]]:
    """The command, with its whole environment, that runs `command` (or else a shell) on a board.

    In there it has the host's network, proxies and CA certificates, and nothing else of `host`'s variables.
    pip and uv are told to take everything from the URL `index`. The folder `work` is /build, where the
    command starts.
    """
    seed = f"{board.variables['seed']}/bin/busybox"
    bundle = Path(certificates(host))
    trusted = str(bundle.resolve()) if bundle.is_file() else ""
    variables = _variables(board, index, host) | ({"SSL_CERT_FILE": _CERTIFICATES} if trusted else {})
    script = str(nix.REPOSITORY / "nix/board/enter.sh")
    mounted = {
        "top": str(cache.folder("board")),
        "work": str(work.resolve()) if work else "",
        "certificates": trusted,
    }
    return (
        [seed, "unshare", "-r", "-m", "-u", "-i", seed, "sh", script, *(command or _SHELL)],
        {**variables, **board.variables, **mounted},
    )


def _variables(board: Board, index: str, host: Mapping[str, str]) -> dict[str, str]:
    """What a command finds in its environment."""
    return {
        # Not /build, which may be a folder of the host's: histories and caches need not stay.
        "HOME": "/tmp",  # noqa: S108 - the root's own
        "LC_ALL": "C.UTF-8",
        "PATH": "/opt/env/bin:/opt/busybox/bin",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        # It would be thrown away with the rest.
        "PIP_NO_CACHE_DIR": "1",
        "PS1": f"{board.architecture}:\\w\\$ ",
        "QEMU_CPU": board.cpu,
        "TERM": host.get("TERM", "dumb"),
        "TMPDIR": "/tmp",  # noqa: S108
        # Its cache is in another file system; it would complain each time.
        "UV_LINK_MODE": "copy",
        "VIRTUAL_ENV": "/opt/env",
        **({"PIP_INDEX_URL": index, "UV_DEFAULT_INDEX": index} if index else {}),
        **{name: value for name, value in host.items() if _PROXY.fullmatch(name)},
    }
