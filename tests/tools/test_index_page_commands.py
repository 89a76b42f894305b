"""What the first page tells people to type, typed: real pip and uv, nothing of it on the network."""

import html
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from packaging.tags import sys_tags

from clients import OURS, UV, Client, pip_command, run
from farwheel.index.serve import running, server
from index_pages import publish
from index_repository import PURE, Repository, file_name


class Place:
    """An index of ours and a usual one, served, and the commands of our first page; `text` is all of them."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        ours, usual = Repository(folder / "ours"), Repository(folder / "usual")
        for platform in OURS.values():
            ours.wheel("demo", "1.0", f"cp313-cp313-{platform}", metadata=b"Requires-Dist: needed\n")
        ours.pin("needed", "2.0")
        usual.wheel("demo", "1.0", str(next(sys_tags())), metadata=b"Requires-Dist: needed\n")
        usual.wheel("needed", "2.0", PURE)
        usual.publish(folder / "others")
        publish(ours, folder / "site")
        self.ours = stack.enter_context(running(server(folder / "site", 0))) + "/simple/"
        self.usual = stack.enter_context(running(server(folder / "others", 0))) + "/simple/"
        found = re.findall(r"<code>(.*?)</code>", (folder / "site/index.html").read_text("utf-8"), re.DOTALL)
        plain = [html.unescape(re.sub(r"<[^>]*>", "", one)) for one in found]
        self.commands = [re.sub(r"\bURL\b", self.ours, one) for one in plain]

    def command(self, *words: str) -> str:
        """The one that has all of these words."""
        (found,) = (one for one in self.commands if all(word in one for word in words))
        return found

    def pip(self, command: str, *more: str) -> str:
        """Run a line for pip; what it said."""
        words = shlex.split(command)
        assert words.pop(0) == "pip"
        done = run(*pip_command(), *words, "--no-cache-dir", "--disable-pip-version-check", *more)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with ExitStack() as stack:
        yield Place(tmp_path_factory.mktemp("place"), stack)


def test_a_project_of_uv_takes_ours_on_the_boards_alone(place: Place, tmp_path: Path) -> None:
    project = '[project]\nname = "mine"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["demo"]\n'
    (tmp_path / "pyproject.toml").write_text(project + "\n" + place.command("[tool.uv.sources]"))
    usual = ("--no-cache", "--default-index", place.usual, "--project", str(tmp_path))
    done = run(UV, "sync", "--python", sys.executable, *usual)
    assert done.returncode == 0, done.stderr
    locked = (tmp_path / "uv.lock").read_text()
    for platform in OURS.values():
        assert file_name("demo", "1.0", f"cp313-cp313-{platform}") in locked
    installed = list(tmp_path.glob(".venv/lib/*/site-packages/*.dist-info"))
    assert {path.name for path in installed} == {"demo-1.0.dist-info", "needed-2.0.dist-info"}


def test_with_the_usual_index_beside_it_pip_takes_from_either(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", place.usual)
    place.pip(place.command("--extra-index-url"), "--target", str(tmp_path / "target"))
    assert Client("pip", tmp_path).modules == {"demo": "1.0", "needed": "2.0"}


@pytest.mark.parametrize("architecture", OURS)
def test_a_board_without_a_network_is_served_from_a_folder(
    architecture: str, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    place.pip(place.command("pip download", architecture))
    ours = file_name("demo", "1.0", f"cp313-cp313-{OURS[architecture]}")
    assert {path.name for path in Path("wheels").iterdir()} == {ours, file_name("needed", "2.0", PURE)}
    aim = ("--only-binary", ":all:", "--platform", OURS[architecture], "--python-version", "3.13")
    place.pip(place.command("pip install", "--find-links"), *aim, "--target", "target")
    assert Path("target/demo.py").exists()
