"""What an index holds, whatever it is written as."""

from dataclasses import dataclass, field
from pathlib import Path

from packaging.utils import BuildTag
from packaging.version import Version

from farwheel.ledger import Entry

STATUSES = ("active", "archived", "deprecated", "quarantined")


@dataclass(frozen=True)
class Library:
    """Something of others' that a wheel carries in itself; `license` is an SPDX expression."""

    name: str
    version: str
    license: str


@dataclass(frozen=True)
class File:
    """A wheel: `path` is where it lies now, `metadata` the sha256 (hex) of its METADATA, `size` in bytes.

    `yanked` is the reason (PEP 592), "" where it is not yanked. `provenance` is where the attestations of
    whoever published it lie (PEP 740), None where there are none. `entry` is the ledger's, and None for the
    pure wheels of others, which are here because ours need them.
    """

    filename: str
    sha256: str
    size: int
    upload_time: str
    version: Version
    build: BuildTag
    path: Path
    metadata: str
    requires_python: str = ""
    yanked: str = ""
    libraries: tuple[Library, ...] = ()
    provenance: Path | None = None
    entry: Entry | None = None


@dataclass(frozen=True)
class Status:
    """How a project stands (PEP 792): one of STATUSES, and why."""

    status: str = "active"
    reason: str = ""


@dataclass(frozen=True)
class Project:
    """The files of a normalised name, in order; a quarantined project has versions and offers no files."""

    name: str
    versions: tuple[Version, ...]
    files: tuple[File, ...]
    status: Status = field(default_factory=Status)


@dataclass(frozen=True)
class Index:
    """Projects by name. `metadata` is sha256 -> METADATA: what many wheels share is held once.

    `absent` are the names of wheels that a ledger holds and no folder has: they were left out.
    """

    projects: tuple[Project, ...]
    metadata: dict[str, bytes]
    absent: frozenset[str] = frozenset()

    @property
    def files(self) -> list[File]:
        """Every file of every project."""
        return [file for project in self.projects for file in project.files]
