"""What an installation is meant for: an architecture at our floor, and a CPython."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from packaging.tags import Tag
from packaging.utils import BuildTag, parse_wheel_filename
from packaging.version import Version

from farwheel import interpreter
from farwheel.errors import UsageError
from farwheel.simple import File
from farwheel.targets import PLATFORMS

# uv's names. Of the first it takes the tags from 2_31 to 2_39, of the second 2_36 only.
_UV = {"riscv64": "riscv64-unknown-linux", "loongarch64": "loongarch64-unknown-linux-gnu"}


@dataclass(frozen=True)
class Goal:
    """`architecture` is one of PLATFORMS; `python` a whole version, "3.13.15"."""

    architecture: str
    python: str

    @property
    def minor(self) -> str:
        """The CPython as people call it: "3.13"."""
        return interpreter.minor(interpreter.tag_of(self.python))

    @property
    def uv_platform(self) -> str:
        """What uv calls the architecture."""
        return _UV[self.architecture]

    @cached_property
    def ranks(self) -> dict[Tag, int]:
        """The tags that a machine with glibc at the floor takes, each with its place: 0 is the best."""
        tags = interpreter.tags(self.python, [PLATFORMS[self.architecture]])
        return {tag: number for number, tag in enumerate(tags)}

    def admits(self, requires_python: str) -> bool:
        """Whether a Requires-Python is for this CPython; one that cannot be read is taken for a yes."""
        return interpreter.admits(requires_python, self.python)

    def takes_pure(self, file: File) -> bool:
        """Whether it is a wheel for every platform, and for this CPython by its tags and Requires-Python."""
        try:
            fits = file.name.endswith("-any.whl") and self.rank(file.name) is not None
        except ValueError:
            return False
        return fits and self.admits(file.requires_python)

    def worth(self, file: File) -> tuple[bool, int, BuildTag]:
        """Of several wheels of one version that fit, pip takes the one of which this is the greatest."""
        return not file.yanked, -(self.rank(file.name) or 0), file.build

    def rank(self, wheel: str) -> int | None:
        """The place of a wheel's best tag, None when none fits; ValueError for what is no wheel's name."""
        tags = parse_wheel_filename(wheel)[3]
        return min((self.ranks[tag] for tag in tags if tag in self.ranks), default=None)


def goals(repository: Path, architectures: list[str], pythons: list[str]) -> list[Goal]:
    """A goal for each architecture and CPython ("cp313" or "3.13"); none said means all that we have.

    UsageError for what we do not have.
    """
    versions = interpreter.versions(repository)
    chosen = [python if python.startswith("cp") else f"cp{python.replace('.', '')}" for python in pythons]
    for known, said in ((PLATFORMS, architectures), (versions, chosen)):
        if unknown := [word for word in said if word not in known]:
            raise UsageError(f"there is no {unknown[0]}", f"there are: {' '.join(known)}")
    return [
        # Clients on a release candidate do as on the release.
        Goal(architecture, Version(versions[python]).base_version)
        for architecture in architectures or PLATFORMS
        for python in chosen or versions
    ]
