"""Requirements, from the command line, from a file, or kept in closures/."""

from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from farwheel.errors import FarwheelError, UsageError


def kept(folder: Path) -> dict[str, Path]:
    """Name -> file of every kept set of requirements."""
    return {file.stem: file for file in sorted(folder.glob("*.txt"))}


def find(word: str, folder: Path) -> Path:
    """The file that is meant: a path, or else the name of a kept set. UsageError when it is neither."""
    file = Path(word)
    found = file if file.is_file() else kept(folder).get(word)
    if found is None:
        raise UsageError(
            f"{word} is neither a file nor a kept set of requirements",
            f"kept are: {' '.join(kept(folder)) or 'none'}",
        )
    return found


def read(file: Path) -> list[str]:
    """The requirements in a file, one a line, "#" begins a comment; FarwheelError names the bad line."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FarwheelError(f"{file} cannot be read: {error}") from None
    rows = [(number, line.partition("#")[0].strip()) for number, line in enumerate(lines, 1)]
    return [text for number, line in rows if line for text in checked([line], f"{file}, line {number}: ")]


def checked(texts: Iterable[str], where: str = "") -> list[str]:
    """The same requirements (PEP 508); FarwheelError for what is none, or says itself where it comes from."""
    found = list(texts)
    for text in found:
        try:
            requirement = Requirement(text)
        except InvalidRequirement as error:
            reason = str(error).splitlines()[0]
            raise FarwheelError(f"{where}{text!r} is no requirement: {reason}", 'as in: "numpy>=2"') from None
        if requirement.url:
            raise FarwheelError(
                f"{where}{text!r} comes from a URL, which no index can serve", "name a version instead"
            )
    return found
