"""Upstream's releases of a project, whichever way the index tells of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from packaging.version import InvalidVersion, Version

from farwheel import simple, source, trees
from farwheel.project import Project
from farwheel.pypi import Index
from farwheel.simple import File


@dataclass(frozen=True)
class Release:
    """One version with its wheels and .tar.gz files, yanked ones too; `commit` is that of a tag, if any."""

    version: Version
    files: tuple[File, ...]
    commit: str = ""

    @property
    def sdist(self) -> File | None:
        """The .tar.gz, unless it is yanked."""
        return next((file for file in self.files if file.name.endswith(".tar.gz") and not file.yanked), None)

    @property
    def requires_python(self) -> str:
        """Its sdist's, or its first file's where it has none."""
        return next((file.requires_python for file in (self.sdist, *self.files) if file), "")

    @property
    def yanked(self) -> bool:
        """Whether nothing of it is left to take."""
        return bool(self.files) and all(file.yanked for file in self.files)

    @property
    def uploaded(self) -> datetime | None:
        """When its sdist came to the index, or its first file where it has none; None where nobody tells."""
        times = [file.upload_time for file in ([self.sdist] if self.sdist else self.files)]
        return min((when for when in times if when), default=None)


def read(project: Project, index: Index) -> list[Release]:
    """The releases, newest first, as the JSON API has them, or else the simple page.

    FarwheelError when no index has the project.
    """
    files = project.files()
    # The JSON API is read in a tenth of the time that an HTML page takes.
    return grouped(index.files(project.name) if files is None else files, project.name)


def of_repository(repository: trees.Repository, name: str, listed: Iterable[Release]) -> list[Release]:
    """A repository's tags as releases, newest first, with what the index has `listed` of the same versions.

    FarwheelError where the repository cannot be asked.
    """
    files = {release.version: release.files for release in listed}
    found = {version: commit for version, _, commit in source.versions(trees.tags(repository), name)}
    return [
        Release(version, files.get(version, ()), found[version]) for version in sorted(found, reverse=True)
    ]


def grouped(files: Iterable[File], project: str) -> list[Release]:
    """A project's files by version, newest first, without what is neither a wheel nor a .tar.gz of it.

    `project` is normalised.
    """
    by_text: dict[str, list[File]] = {}
    for file in files:
        by_text.setdefault(simple.version(file.name, project), []).append(file)
    found: dict[Version, list[File]] = {}
    for text, its_files in by_text.items():
        try:
            found.setdefault(Version(text), []).extend(its_files)
        except InvalidVersion:
            continue
    return [Release(version, tuple(found[version])) for version in sorted(found, reverse=True)]
