"""Debian packages and sources, resolved by real apt in a private directory.

No solver is written here: apt reads the archive's signed indexes and decides; its `--print-uris` says which files
that means. The host's own apt state (installed packages, sources, preferences) has no part in it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from farwheel.errors import FarwheelError
from farwheel.pins import Pin

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"

# 'URL' FILE SIZE HASH, as apt-get --print-uris prints it.
_URI_LINE = re.compile(r"^'(?P<url>[^']+)' (?P<file>\S+) (?P<size>\d+) (?P<hash>\S*)$")
# The main upstream tarball: not a component's (.orig-NAME.tar), not the packaging, not a signature.
_MAIN_TARBALL = re.compile(r"^[^_]+_(?P<version>[^_]+)\.orig\.tar\.(?:gz|bz2|xz|lzma|zst)$")


@dataclass(frozen=True, order=True)
class DebianFile:
    """One file of the archive: what a pin needs, and whose it is."""

    name: str
    architecture: str
    version: str
    path: str
    sha256: str
    size: int

    @property
    def pin(self) -> Pin:
        """The file as a pin, relative to the archive's root."""
        return Pin("debian", self.path, self.sha256, self.size)


@dataclass(frozen=True)
class Archive:
    """Some suites of one Debian archive, as a private apt sees them.

    `directory` keeps apt's lists (reused by the next run); `roots` are archive base URLs, tried in order.
    `trusted` is for local archives without a signature, as tests make them.
    """

    directory: Path
    roots: Sequence[str]
    suites: Sequence[str]
    architecture: str = "amd64"
    source_suites: Sequence[str] = ()
    trusted: bool = False

    def update(self, preferences: str = "") -> None:
        """Fetch the indexes from the first root that answers. Raises FarwheelError when none does."""
        _require_apt()
        complaints: list[str] = []
        for root in self.roots:
            self._configure(root.rstrip("/"), preferences)
            done = self._run("apt-get", "update", "--error-on=any")
            if done.returncode == 0:
                return
            complaints.append(f"{_without_password(root)}: {_complaint(done.stderr)}")
        raise FarwheelError(
            f"apt cannot read {', '.join([*self.suites, *self.source_suites])}\n  " + "\n  ".join(complaints),
            "set FARWHEEL_DEBIAN to the base URL of a mirror that carries these suites",
        )

    def closure(self, packages: Iterable[str]) -> list[DebianFile]:
        """The packages and all they depend on (not what they recommend), sorted; `update` comes before."""
        lines = self._print_uris("apt-get", "install", "--yes", "--print-uris", *packages)
        files = sorted(_package_file(line) for line in lines)
        twice = {f.name for a, f in zip(files, files[1:], strict=False) if _key(a) == _key(f)}
        if twice:
            raise FarwheelError(
                f"apt chose two versions of {', '.join(sorted(twice))}", "simplify the manifest"
            )
        return files

    def source(self, name: str, suite: str, version: str | None = None) -> DebianFile:
        """Upstream's own tarball of a source package: the newest in `suite`, or Debian's `version` exactly."""
        wanted = f"{name}={version}" if version else f"{name}/{suite}"
        lines = self._print_uris("apt-get", "source", "--only-source", "--print-uris", wanted)
        for line in lines:
            match = _MAIN_TARBALL.match(line["file"])
            if match:
                return DebianFile(name, "source", match["version"], *_facts(line))
        raise FarwheelError(
            f"source package {wanted} has no upstream tarball", "look at the manifest's name and suite"
        )

    @cached_property
    def resolved(self) -> str:
        """When the newest of the indexes in use was made: the instant to ask a dated archive service for."""
        dates = []
        for release in sorted((self.directory / "var/lib/apt/lists").glob("*Release")):
            match = re.search(r"^Date: (.+)$", release.read_text(encoding="utf-8"), re.MULTILINE)
            if match:
                dates.append(parsedate_to_datetime(match[1]))
        if not dates:
            raise FarwheelError("the archive's Release files carry no date", "use a signed archive")
        return max(dates).strftime("%Y%m%dT%H%M%SZ")

    def _configure(self, root: str, preferences: str) -> None:
        etc = self.directory / "etc/apt"
        for folder in (
            "etc/apt/apt.conf.d",
            "etc/apt/preferences.d",
            "var/lib/apt/lists/partial",
            "var/cache/apt/archives/partial",
        ):
            (self.directory / folder).mkdir(parents=True, exist_ok=True)
        (self.directory / "status").write_text("", encoding="utf-8")
        signed = "trusted=yes" if self.trusted else f"signed-by={KEYRING}"
        sources = [f"deb [{signed} arch={self.architecture}] {root} {suite} main" for suite in self.suites]
        sources += [f"deb-src [{signed}] {root} {suite} main" for suite in self.source_suites]
        (etc / "sources.list").write_text("\n".join(sources) + "\n", encoding="utf-8")
        (etc / "preferences").write_text(preferences, encoding="utf-8")
        (etc / "apt.conf").write_text(self._settings(), encoding="utf-8")

    def _settings(self) -> str:
        settings = {
            "Dir": f"{self.directory}/",
            "Dir::State::status": str(self.directory / "status"),
            # Credentials for private mirrors stay where their owner put them.
            "Dir::Etc::netrc": "/etc/apt/auth.conf",
            "Dir::Etc::netrcparts": "/etc/apt/auth.conf.d",
            "APT::Architecture": self.architecture,
            "APT::Architectures": self.architecture,
            "APT::Install-Recommends": "false",
            "APT::Install-Suggests": "false",
            # apt 3 has a second solver; the classic one is in every apt, so that all hosts choose alike.
            "APT::Solver": "internal",
            "APT::Sandbox::User": "root",
            "Acquire::ForceHash": "SHA256",
            # Dated copies of the archive have all expired; `resolved` shows how old what was read is.
            "Acquire::Check-Valid-Until": "false",
            "Acquire::Languages": "none",
            "Acquire::Retries": "3",
            "Debug::NoLocking": "true",
        }
        return "".join(f'{key} "{value}";\n' for key, value in settings.items()) + _host_transport()

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        # APT_CONFIG is read before everything else, so the host's apt.conf.d is never looked at.
        environment = {**os.environ, "APT_CONFIG": str(self.directory / "etc/apt/apt.conf"), "LC_ALL": "C"}
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )

    def _print_uris(self, *command: str) -> list[dict[str, str]]:
        done = self._run(*command)
        if done.returncode != 0:
            detail = "\n".join(
                line for line in (done.stdout + done.stderr).splitlines() if line[:2] in {"E:", "  "}
            )
            raise FarwheelError(
                f"apt cannot resolve {command[-1]}\n{detail}", "correct the manifest in nix/pins"
            )
        root = (self.directory / "etc/apt/sources.list").read_text(encoding="utf-8").split("] ")[1].split()[0]
        lines = [match.groupdict() for line in done.stdout.splitlines() if (match := _URI_LINE.match(line))]
        for line in lines:
            line["path"] = _path_below(root, line["url"])
        return lines


def preferences(suite: str, exceptions: Mapping[str, str]) -> str:
    """apt preferences: everything from `suite`, the packages in `exceptions` from theirs, nothing else."""
    stanzas = [("*", suite, 900)]
    stanzas += [(package, other, 990) for package, other in sorted(exceptions.items())]
    stanzas += [("*", other, -1) for other in sorted(set(exceptions.values()) - {suite})]
    return "\n".join(f"Package: {p}\nPin: release n={s}\nPin-Priority: {v}\n" for p, s, v in stanzas)


def _key(file: DebianFile) -> tuple[str, str]:
    return file.name, file.architecture


def _package_file(line: Mapping[str, str]) -> DebianFile:
    name, version, architecture = unquote(line["file"]).removesuffix(".deb").split("_")
    return DebianFile(name, architecture, version, *_facts(line))


def _facts(line: Mapping[str, str]) -> tuple[str, str, int]:
    algorithm, _, digest = line["hash"].partition(":")
    if algorithm != "SHA256":
        raise FarwheelError(
            f"the archive gives no sha256 for {line['file']}", "use an archive with SHA256 indexes"
        )
    return line["path"], digest, int(line["size"])


def _path_below(root: str, url: str) -> str:
    # apt prints URLs without the credentials that the root may hold.
    base = urlsplit(root).path.rstrip("/") + "/"
    path = urlsplit(url).path
    if not path.startswith(base):
        raise FarwheelError(
            f"apt answered with {url}, which is not below {_without_password(root)}", "check the mirror"
        )
    return unquote(path.removeprefix(base))


def _without_password(url: str) -> str:
    return re.sub(r"//[^@/]*@", "//", url)


def _complaint(stderr: str) -> str:
    for kind in ("E: ", "W: "):
        for line in stderr.splitlines():
            if line.startswith(kind):
                return line[3:]
    return "apt-get update failed"


def _host_transport() -> str:
    """How this host reaches the network (proxies, certificates), out of its own apt configuration."""
    done = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=False)
    wanted = ("Acquire::http::", "Acquire::https::", "Acquire::http ", "Acquire::https ")
    return "".join(f"{line}\n" for line in done.stdout.splitlines() if line.startswith(wanted))


def _require_apt() -> None:
    if not shutil.which("apt-get"):
        raise FarwheelError(
            "apt-get is missing: Debian packages are resolved by apt itself",
            "run this on Debian or Ubuntu, or in such a container; builds do not need it, only `lock --ingredients`",
        )
    if not os.path.exists(KEYRING):  # noqa: PTH110 - a constant, not a path that anyone composes
        raise FarwheelError(f"{KEYRING} is missing", "install it: apt-get install debian-archive-keyring")
