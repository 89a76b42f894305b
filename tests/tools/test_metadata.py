import pytest

from farwheel import metadata
from farwheel.errors import FarwheelError

PYPROJECT = b"""
[project]
name = "demo"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["dep>=2"]
urls = { Homepage = "https://demo.test" }
"""


def test_without_pkg_info_the_static_part_of_pyproject_counts() -> None:
    said = metadata.read(None, PYPROJECT)
    assert (said.name, said.version, said.requires_python) == ("demo", "1.0", ">=3.11")
    assert (said.requires_dist, said.complete) == (["dep>=2"], True)
    assert said.urls == {"Homepage": "https://demo.test"}


def test_pkg_info_comes_first() -> None:
    said = metadata.read(b"Metadata-Version: 2.2\nName: other\nVersion: 2.0\nRequires-Dist: x\n", PYPROJECT)
    assert (said.name, said.version, said.requires_dist, said.complete) == ("other", "2.0", ["x"], True)


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        (b"", False),
        (b"[tool.poetry]\nname = 'demo'\n", False),
        (b"[project]\nname = 'demo'\ndynamic = ['dependencies']\n", False),
        (b"[project]\nname = 'demo'\ndynamic = ['version']\n", True),
    ],
)
def test_what_only_a_backend_could_tell_is_not_complete(text: bytes, complete: bool) -> None:
    said = metadata.read(None, text)
    assert (said.requires_dist, said.version, said.complete) == ([], "", complete)


@pytest.mark.parametrize(
    "text",
    ["project = 3", "project = {dependencies = [1]}", "project = {urls = ['a']}", "project = {dynamic = 3}"],
)
def test_a_malformed_project_is_refused(text: str) -> None:
    with pytest.raises(FarwheelError, match="is malformed"):
        metadata.read(None, text.encode())
