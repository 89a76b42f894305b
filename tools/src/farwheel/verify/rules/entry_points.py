"""Entry points can be read, and a script is a plain file that calls something.

Of entry_points.txt installers make the commands. Where it is not what the specification says, some stop, some
install a command that fails, and a name with a slash in it is a file elsewhere. pip reads it line by line,
with importlib.metadata, which ends with an exception at a line without "=".

Source: the entry points specification (a file as configparser reads it, with "=" alone as delimiter; names of
scripts and object references in the groups console_scripts and gui_scripts).
"""

import configparser
import re
from collections.abc import Iterator
from itertools import dropwhile

from farwheel.verify.finding import Finding, error, note
from farwheel.verify.wheel import Wheel, installed

_SCRIPTS = ("console_scripts", "gui_scripts")
# Of two words pip makes a command of the second alone.
_NAME = re.compile(r"[^\s\x00-\x1f/\\:*?\"<>|\[\]=]+")
_DOTTED = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_REFERENCE = re.compile(rf"({_DOTTED}):{_DOTTED}\s*(\[[\w\s,.-]*\])?")


def check(wheel: Wheel) -> Iterator[Finding]:
    """Read the file, and look at its scripts."""
    where = f"{wheel.dist_info}/entry_points.txt"
    # Of sections it has none that lends the others what is in it.
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None, default_section="")
    # Names are told apart by case.
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(wheel.entry_points.decode("utf-8"))
    except (configparser.Error, UnicodeDecodeError) as problem:
        yield error(where, f"cannot be read: {str(problem).splitlines()[0]:.200}")
        return
    # What stands before the first section it does not look at.
    lines = map(str.strip, wheel.entry_points.decode("utf-8").splitlines())
    for line in dropwhile(lambda line: not line.startswith("["), lines):
        if line and not line.startswith(("#", "[")) and "=" not in line:
            yield error(where, f"has the line {line!r:.80}, which is no entry")
    inside = {part.partition(".")[0] for name in wheel.by_name for part in installed(name).parts[:1]}
    for group in _SCRIPTS:
        for name, value in parser.items(group) if parser.has_section(group) else ():
            reference = _REFERENCE.fullmatch(value)
            calls = f"has a script {name:.80} that calls {value!r:.80}"
            if not _NAME.fullmatch(name) or not name.strip("."):
                yield error(where, f"has a script {name!r:.80}, which is no file's name")
            elif not reference:
                yield error(where, f"{calls}, which is no module:function")
            elif reference[1].partition(".")[0] not in inside:
                yield note(where, f"{calls}, which the wheel does not have")
