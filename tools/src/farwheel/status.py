"""Where each package stands, as one page: docs/status.md, from the recipes' pins and ledgers alone.

Whoever writes a ledger refreshes it.
"""

from collections.abc import Iterator
from pathlib import Path

from farwheel import ledger
from farwheel.pins import read_json
from farwheel.targets import PLATFORMS

_HEAD = """# Status

What the ledgers hold of the locked versions, by CPython: wheels on record; those that were built again under
other circumstances to the same bytes; those whose tests ran under QEMU, with how many passed; and the minutes
that the builds of these wheels took (≥: not all were recorded, -: none was) and their tests, on two cores and
often beside other work. What writes a ledger writes this page.

"""
_COLUMNS = ("package", "wheels", "reproduced", "tested", "minutes")
# One core, another day, time zone, locale, umask, kernel and order of folders.
_REPRODUCED = "varied"


def refresh(repository: Path) -> None:
    """Write the page of a repository that has one."""
    path = repository / "docs/status.md"
    if path.exists():
        path.write_text(page(repository / "pkgs"), encoding="utf-8")


def page(packages: Path) -> str:
    """The page (Markdown) about all packages of a `pkgs` folder that are locked."""
    pins = {path.parent: read_json(path) for path in sorted(packages.glob("*/pin.json"))}
    lines = [[*_COLUMNS], ["---"] * len(_COLUMNS)]
    for folder, pin in pins.items():
        version = str(pin["version"])
        book = ledger.current(ledger.load(folder / "wheels.json"), version).values()
        # A line that no bump changes: git merges no changes of two lines that touch.
        lines.append([f"**{folder.name}**", *[""] * (len(_COLUMNS) - 1)])
        for architecture in PLATFORMS:
            entries = [entry for entry in book if entry.architecture == architecture]
            lines.append([f"{version} {architecture}", *_cells(entries)])
    return _HEAD + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cells(entries: list[ledger.Entry]) -> Iterator[str]:
    """What each column says of the wheels of one package and architecture."""
    receipts = [
        receipt for entry in entries if entry.tests for receipt in (entry.tests, *entry.tests.get("also", ()))
    ]
    yield _text({python: "" for entry in entries for python in entry.pythons})
    yield _text(
        {
            python: ""
            for entry in entries
            if any(one.variation == _REPRODUCED for one in entry.reproduced)
            for python in entry.pythons
        }
    )
    yield _text(
        {
            f"cp{''.join(receipt['python'].split('.')[:2])}": f" ({receipt['counts']['passed']})"
            for receipt in receipts
        }
    )
    built, tested = [entry.seconds for entry in entries], [receipt["seconds"] for receipt in receipts]
    yield f"{_minutes(built)} + {_minutes(tested)}"


def _text(cell: dict[str, str]) -> str:
    """CPython -> something to add in brackets, or nothing; as 3.13, 3.14."""
    return ", ".join(f"3.{python.removeprefix('cp3')}{more}" for python, more in sorted(cell.items())) or "-"


def _minutes(seconds: list[float | None]) -> str:
    """Their sum in minutes, as far as they are known."""
    known = [one for one in seconds if one is not None]
    return f"{'' if len(known) == len(seconds) else '≥ '}{sum(known) / 60:.1f}" if known else "-"
