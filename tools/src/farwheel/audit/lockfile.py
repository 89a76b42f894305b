"""What an audit found, for clients to install from: requirements with hashes, or pylock.toml (PEP 751)."""

import re
from pathlib import Path

from packaging.utils import parse_wheel_filename

from farwheel import resolve
from farwheel.audit.verdict import Verdict
from farwheel.errors import FarwheelError, UsageError
from farwheel.files import beside

_PYLOCK = re.compile(r"pylock\.([^.]+\.)?toml")


def check(file: Path, index: str) -> None:
    """UsageError for a folder, and for a pylock.toml without an index: it names the URL of each file."""
    if file.is_dir():
        raise UsageError(f"--lock {file} is a folder", "name a file, which may be in there")
    if _PYLOCK.fullmatch(file.name) and not index:
        raise UsageError(
            f"{file.name} names the URL of each file", "say where the index is published: --index URL"
        )


def write(file: Path, verdict: Verdict, index: str) -> None:
    """Write the files of a complete verdict; only the name of `file` tells which form it takes.

    FarwheelError when something is missing, and the file stays as it was.
    """
    if verdict.missing:
        raise FarwheelError(f"{file} was not written", "what is missing cannot be locked")
    text = _pylock(verdict, index) if _PYLOCK.fullmatch(file.name) else _requirements(verdict)
    try:
        with beside(file) as new:
            new.write_text(text, encoding="utf-8")
            new.replace(file)
    except OSError as error:
        raise FarwheelError(f"{file} was not written: {error.strerror}") from None


def _requirements(verdict: Verdict) -> str:
    """As pip's --require-hashes wants it; only the one file of each project that the goal takes."""
    rows = [
        f"{pin} --hash=sha256:{file.sha256}" for pin, file in zip(_pins(verdict), verdict.files, strict=True)
    ]
    goal = verdict.goal
    return "\n".join([f"# For {goal.architecture}, CPython {goal.minor}: farwheel audit --lock", *rows, ""])


def _pylock(verdict: Verdict, index: str) -> str:
    done = resolve.compiled(
        index,
        "\n".join(_pins(verdict)),
        *("--quiet", "--format", "pylock.toml", "--no-deps"),
        *("--python-version", verdict.goal.minor, "--python-platform", verdict.goal.uv_platform),
        files={},
    )
    if done.returncode:
        raise FarwheelError(f"uv wrote no lock: {done.stderr.strip()}", "run this again")
    return done.stdout


def _pins(verdict: Verdict) -> list[str]:
    parsed = (parse_wheel_filename(file.name) for file in verdict.files)
    return [f"{name}=={version}" for name, version, _, _ in parsed]
