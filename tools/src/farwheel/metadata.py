"""What the source of a package says about itself."""

import tomllib
from dataclasses import dataclass
from typing import Any

from packaging.metadata import parse_email

from farwheel.errors import FarwheelError


@dataclass(frozen=True)
class Metadata:
    """`name`, `version` and `requires_python` are "" where they are not told; `urls` are by their labels.

    Where `complete` is false, only the build backend could tell all that it needs to run.
    """

    name: str
    version: str
    requires_python: str
    requires_dist: list[str]
    urls: dict[str, str]
    complete: bool


def read(pkg_info: bytes | None, pyproject: bytes) -> Metadata:
    """Of PKG-INFO, which an sdist has, or without one (a repository, an old sdist) of pyproject.toml.

    FarwheelError where the `[project]` of that is not as the standards have it.
    """
    if pkg_info is not None:
        # Not validated: a mistake in a field that we do not read is none of our business.
        said, _ = parse_email(pkg_info)
        return Metadata(
            said.get("name", ""),
            said.get("version", ""),
            said.get("requires_python", ""),
            said.get("requires_dist", []),
            said.get("project_urls", {}),
            complete=True,
        )
    project: Any = tomllib.loads(pyproject.decode("utf-8")).get("project", {"dynamic": ["dependencies"]})
    try:
        return _of_project(project)
    except (AttributeError, TypeError, ValueError):
        raise FarwheelError(
            "[project] of its pyproject.toml is malformed", "ask the project for a repaired release"
        ) from None


def _of_project(project: Any) -> Metadata:
    requires = project.get("dependencies", [])
    if not (isinstance(requires, list) and all(isinstance(text, str) for text in requires)):
        raise TypeError(requires)
    return Metadata(
        str(project.get("name", "")),
        str(project.get("version", "")),
        str(project.get("requires-python", "")),
        requires,
        dict(project.get("urls", {})),
        complete="dependencies" not in project.get("dynamic", []),
    )
