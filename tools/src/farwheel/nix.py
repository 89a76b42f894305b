"""Calling Nix: every option that is needed goes with the call, the user's configuration is left alone."""

import functools
import grp
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

from farwheel.errors import FarwheelError

OLDEST = (2, 8)
REPOSITORY = Path(__file__).resolve().parents[3]
SYSTEM = "x86_64-linux"
INTERRUPTED = frozenset({-signal.SIGINT, 128 + signal.SIGINT})
_DAEMON = Path("/nix/var/nix/daemon-socket/socket")
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_TRACED = re.compile(r"^ +error: ", re.MULTILINE)
_INSTALL = {
    "alpine": "apk add nix",
    "arch": "sudo pacman -S nix",
    "debian": "sudo apt-get install nix-bin",
    "fedora": "sudo dnf install nix",
    "ubuntu": "sudo apt-get install nix-bin",
}
FEATURES = ("--extra-experimental-features", "nix-command flakes")


def uncoloured(text: str) -> str:
    """The text without terminal colours."""
    return _COLOUR.sub("", text)


def version() -> tuple[int, ...]:
    """Nix's version; FarwheelError when there is none, or when it does not say."""
    if shutil.which("nix") is None:
        raise FarwheelError("Nix is not installed", f"install it with: {install_command()}")
    said = subprocess.run(["nix", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", said)
    if not found:
        raise FarwheelError(f"`nix --version` says {said.strip()!r}, which names no version")
    return tuple(int(part) for part in found.groups() if part)


def ensure() -> None:
    """Make sure that Nix is there and new enough; install it where that is one command without questions."""
    if shutil.which("nix") is None and os.geteuid() == 0 and distribution() in {"debian", "ubuntu"}:
        _install_on_debian()
    if version() < OLDEST:
        found, wanted = (".".join(map(str, numbers)) for numbers in (version(), OLDEST))
        raise FarwheelError(
            f"Nix {found} is too old: {wanted} or newer is needed",
            f"install a newer one: {install_command()}",
        )


def _install_on_debian() -> None:
    sys.stderr.write("farwheel: installing Nix (apt-get install nix-bin)\n")
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", "nix-bin"]):
        if subprocess.run(command, env=env, stdout=sys.stderr, check=False).returncode != 0:
            raise FarwheelError(f"`{' '.join(command)}` failed", "its own message is above")


def distribution(release: Path = Path("/etc/os-release")) -> str:
    """The distribution's id, or that of the first known one that it says it is like."""
    fields = {}
    if release.exists():
        for line in release.read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition("=")
            fields[key] = value.strip("\"'")
    names = [fields.get("ID", ""), *fields.get("ID_LIKE", "").split()]
    return next((name for name in names if name in _INSTALL), names[0])


def install_command() -> str:
    """The one command that installs Nix on this host."""
    return _INSTALL.get(distribution(), "sh <(curl -L https://nixos.org/nix/install)")


@functools.cache
def settings() -> dict[str, Any]:
    """Nix's own settings: name -> {"value": …, "defaultValue": …}."""
    verb = ("config", "show") if version() >= (2, 20) else ("show-config",)
    said: dict[str, Any] = json.loads(_output(["nix", *FEATURES, *verb, "--json"]))
    return said


@functools.cache
def options() -> tuple[str, ...]:
    """What every build needs on this machine."""
    chosen: list[str] = []
    substituters = settings().get("substituters", {})
    if substituters.get("value") == substituters.get("defaultValue"):
        # Nobody named a cache of their own, and Nix's stock one cannot hold anything of ours: asking it for
        # each of hundreds of paths costs seconds, and minutes without a network.
        chosen += ["--option", "substitute", "false"]
    if os.geteuid() == 0 and not _DAEMON.exists() and not _has_build_users():
        chosen += ["--option", "build-users-group", ""]
    return tuple(chosen)


def _has_build_users() -> bool:
    group = settings().get("build-users-group", {}).get("value", "")
    try:
        return bool(group) and bool(grp.getgrnam(group).gr_mem)
    except KeyError:
        return False


def run(program: str, *args: str) -> str:
    """The standard output of a Nix program; FarwheelError with its message when it fails."""
    return _output([program, *options(), *args])


def dump(tree: Path, nar: Path) -> None:
    """Write the NAR of a file or folder."""
    with nar.open("wb") as out:
        _finished(["nix-store", "--dump", str(tree.absolute())], stdout=out)


def restore(nar: Path, tree: Path) -> None:
    """Make the file or folder that a NAR holds; `tree` must not exist."""
    with nar.open("rb") as file:
        _finished(["nix-store", "--restore", str(tree.absolute())], stdin=file)


def is_built(path: str) -> bool:
    """Whether the outputs of a derivation are in the store."""
    outputs = run("nix-store", "--query", "--outputs", path).split()
    command = ["nix-store", *options(), "--check-validity", *outputs]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def dry_run(derivations: list[str]) -> list[str]:
    """The derivations that would have to be built for these, dependencies first."""
    command = ["nix-store", *options(), "--realise", "--dry-run", *derivations]
    said = _finished(command).stderr
    return re.findall(r"^\s+(/\S+\.drv)$", uncoloured(said), flags=re.MULTILINE)


def requisites(*derivations: str) -> list[str]:
    """These derivations and all below them."""
    said = run("nix-store", "--query", "--requisites", *derivations)
    return [path for path in said.split() if path.endswith(".drv")]


def string(text: str) -> str:
    """A text as a Nix expression."""
    return json.dumps(text, ensure_ascii=False).replace("${", "\\${")


def evaluate(attribute: str, apply: str, flake: str = ".") -> Any:
    """The JSON value of a Nix function applied to an attribute of a flake, which is this repository's."""
    said = _output(["nix", *FEATURES, *options(), "eval", "--json", f"{flake}#{attribute}", "--apply", apply])
    return json.loads(said)


def _output(command: list[str]) -> str:
    return _finished(command).stdout


def _finished(
    command: list[str], stdin: IO[bytes] | None = None, stdout: IO[bytes] | int = subprocess.PIPE
) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run(
        command, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False, cwd=REPOSITORY
    )
    if done.returncode in INTERRUPTED:
        raise KeyboardInterrupt
    if done.returncode != 0:
        raise FarwheelError(_reason(done.stderr) or f"`{' '.join(command)}` failed without a message")
    return done


def _reason(stderr: str) -> str:
    """What Nix says after its warnings, and after its traces, which newer ones print first, indented."""
    lines = [
        line
        for line in uncoloured(stderr).strip().splitlines()
        if not line.startswith(("warning: ", "(use '--show-trace'"))
    ]
    message = _TRACED.split("\n".join(lines))[-1].removeprefix("error: ")
    return message.replace("\n" + " " * len("error: "), "\n").strip()
