"""apt in a private directory: it sees the given archive alone, nothing of the host's own configuration."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from farwheel.errors import FarwheelError
from farwheel.mirrors import setting, shown

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")

# 'URL' FILE SIZE HASH, as apt-get --print-uris prints it.
_URI_LINE = re.compile(r"'(?P<url>[^']+)' (?P<name>\S+) (?P<size>\d+) SHA256:(?P<sha256>[0-9a-f]{64})")


@dataclass(frozen=True)
class Download:
    """A file that apt would fetch: its local name, and its path below the archive's root, unquoted."""

    name: str
    path: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Apt:
    """One private apt. `directory` keeps its lists, so that a second run has little to download.

    `suites` give packages for `architecture`, `source_suites` give sources; `preferences` are apt's.
    `trusted` is for archives without a signature, as tests make them.
    """

    directory: Path
    suites: Sequence[str] = ()
    source_suites: Sequence[str] = ()
    architecture: str = "amd64"
    preferences: str = ""
    trusted: bool = False

    def update(self, roots: Sequence[str]) -> str:
        """Fetch the indexes from the first of the archive's base URLs that gives them, and return it."""
        self._require()
        complaints: list[str] = []
        for root in roots:
            self._configure(root)
            done = self._run("apt-get", "update", "--error-on=any")
            if done.returncode == 0:
                return root
            complaints.append(f"{shown(root)}: {_complaint(done.stderr)}")
        wanted = ", ".join(sorted({*self.suites, *self.source_suites}))
        raise FarwheelError(
            "\n  ".join([f"apt cannot read the suites {wanted}", *complaints]),
            f"set {setting('debian')} to the base URL of a mirror that carries these suites",
        )

    def downloads(self, root: str, *command: str) -> list[Download]:
        """What `apt-get <command>` would download, after `update` gave `root`; FarwheelError if it fails."""
        done = self._run("apt-get", "--yes", "--print-uris", *command)
        if done.returncode != 0:
            said = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith(("E:", " "))]
            raise FarwheelError(
                "\n".join([f"apt cannot do `{' '.join(command)}`", *said]), "correct the manifest in nix/pins"
            )
        lines = [line for line in done.stdout.splitlines() if line.startswith("'")]
        return [_download(root, line) for line in lines]

    def releases(self) -> list[str]:
        """The text of every Release file in use."""
        lists = self.directory / "var/lib/apt/lists"
        return [file.read_text(encoding="utf-8") for file in sorted(lists.glob("*Release"))]

    def _configure(self, root: str) -> None:
        etc = self.directory / "etc/apt"
        for folder in ("apt.conf.d", "preferences.d", "sources.list.d"):
            (etc / folder).mkdir(parents=True, exist_ok=True)
        for folder in ("var/lib/apt/lists/partial", "var/cache/apt/archives/partial"):
            (self.directory / folder).mkdir(parents=True, exist_ok=True)
        signed = "trusted=yes" if self.trusted else f"signed-by={KEYRING}"
        sources = [f"deb [{signed} arch={self.architecture}] {root} {suite} main" for suite in self.suites]
        sources += [f"deb-src [{signed}] {root} {suite} main" for suite in self.source_suites]
        contents = {
            "sources.list": "\n".join(sources) + "\n",
            "preferences": self.preferences,
            "apt.conf": _as_configuration(self._settings()) + _host_transport(),
            "status": "",
        }
        for name, content in contents.items():
            (etc / name).write_text(content, encoding="utf-8")

    def _settings(self) -> dict[str, str]:
        return {
            "Dir": f"{self.directory}/",
            "Dir::State::status": f"{self.directory}/etc/apt/status",
            # Credentials for private mirrors stay where their owner put them.
            "Dir::Etc::netrc": "/etc/apt/auth.conf",
            "Dir::Etc::netrcparts": "/etc/apt/auth.conf.d",
            "APT::Architecture": self.architecture,
            "APT::Architectures": self.architecture,
            "APT::Install-Recommends": "false",
            "APT::Install-Suggests": "false",
            # apt 3 has a second solver; every apt has this one, so all hosts choose alike.
            "APT::Solver": "internal",
            # The unprivileged user could not read a private directory.
            "APT::Sandbox::User": "root",
            "Acquire::ForceHash": "SHA256",
            # Dated copies of the archive have all expired; `resolved` shows how old what was read is.
            "Acquire::Check-Valid-Until": "false",
            "Acquire::Languages": "none",
            "Acquire::Retries": "3",
            "Debug::NoLocking": "true",
        }

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        # APT_CONFIG is read before everything else and moves Dir: the host's apt.conf.d is never looked at.
        environment = {**os.environ, "APT_CONFIG": str(self.directory / "etc/apt/apt.conf"), "LC_ALL": "C"}
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )

    def _require(self) -> None:
        if shutil.which("apt-get") is None:
            raise FarwheelError(
                "apt-get is missing: Debian packages are resolved by apt itself",
                "lock ingredients on Debian or Ubuntu, or in a container of them; builds do not need apt",
            )
        if not (self.trusted or KEYRING.exists()):
            raise FarwheelError(
                f"{KEYRING} is missing: nothing from the archive can be verified",
                "install it with: apt-get install debian-archive-keyring",
            )


def _download(root: str, line: str) -> Download:
    match = _URI_LINE.match(line)
    if not match:
        raise FarwheelError(f"apt gives no sha256: {line}", "use an archive whose indexes have SHA256 sums")
    # Compared by path, as apt leaves out the password that the root may carry.
    base, path = urlsplit(root).path.rstrip("/") + "/", urlsplit(match["url"]).path
    if not path.startswith(base):
        raise FarwheelError(f"apt answers with {shown(match['url'])}, which is not below {shown(root)}")
    return Download(
        unquote(match["name"]), unquote(path.removeprefix(base)), match["sha256"], int(match["size"])
    )


def _complaint(stderr: str) -> str:
    for kind in ("E: ", "W: "):
        for line in stderr.splitlines():
            if line.startswith(kind):
                return line.removeprefix(kind)
    return "apt-get update failed"


def _as_configuration(settings: Mapping[str, str]) -> str:
    return "".join(f'{key} "{value}";\n' for key, value in settings.items())


def _host_transport() -> str:
    """How this host reaches the network (proxies, certificates), out of its own apt configuration."""
    done = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=False)
    wanted = ("Acquire::http::", "Acquire::https::")
    return "".join(f"{line}\n" for line in done.stdout.splitlines() if line.startswith(wanted))
