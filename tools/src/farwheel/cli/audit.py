"""`farwheel audit`: whether an installation would succeed from our index alone."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from farwheel.cli.options import Json, print_json
from farwheel.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.version import Version

    from farwheel.audit.verdict import Verdict
    from farwheel.simple import File


def audit(
    requirements: Annotated[
        list[str] | None, typer.Argument(metavar="[REQUIREMENT]...", help='numpy, "numpy>=2", ...')
    ] = None,
    files: Annotated[
        list[str] | None,
        typer.Option("--requirement", "-r", metavar="FILE|SET", help="A file, or a kept set of closures/."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every kept set, each by itself.")] = False,
    arch: Annotated[
        list[str] | None, typer.Option(metavar="ARCH", help="riscv64 or loongarch64; both if not said.")
    ] = None,
    python: Annotated[
        list[str] | None, typer.Option(metavar="cp313", help="A CPython; all that we have if not said.")
    ] = None,
    index: Annotated[
        str, typer.Option(metavar="URL", help="The published index, instead of what the ledgers hold.")
    ] = "",
    wheels: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where wheels are, as far as there are any.")
    ] = Path("wheelhouse"),
    from_pypi: Annotated[
        bool, typer.Option("--from-pypi", help="What is missing if your own index comes second?")
    ] = False,
    lock: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write pylock.toml, or else requirements with hashes.")
    ] = None,
    pin: Annotated[
        bool, typer.Option("--pin", help="Take the pure wheels that are missing into closures/pins.json.")
    ] = False,
    upgrade: Annotated[
        bool, typer.Option("--upgrade", help="With --pin: newer releases of what is pinned, too.")
    ] = False,
    cooldown: Annotated[
        float, typer.Option(metavar="DAYS", help="How old those must be, but for security fixes.", min=0)
    ] = 3,
    as_json: Json = False,
) -> None:
    """Say without hardware whether pip would find these requirements and all that they need in our index.

    Prints the files, or everything that is missing, and why; exit code 1 when something is.
    """
    from farwheel.audit import lockfile
    from farwheel.audit.goal import goals
    from farwheel.nix import REPOSITORY

    if pin and (index or from_pypi):
        raise UsageError(
            "--pin goes with neither --index nor --from-pypi", "it is for the ledgers' own index"
        )
    if upgrade and not pin:
        raise UsageError("--upgrade goes with --pin", "it moves pins")
    asked = _asked(requirements or [], files or [], every=every)
    wanted = goals(REPOSITORY, arch or [], python or [])
    if lock:
        _check_lock(len(asked) * len(wanted), from_pypi=from_pypi)
        lockfile.check(lock, index)

    def judged() -> list[tuple[str, "Verdict"]]:
        from farwheel.audit.verdict import judge, stock

        with stock(REPOSITORY / "pkgs", wheels, index) as found:
            return [
                (name, judge(texts, goal, found, from_pypi=from_pypi))
                for name, texts in asked.items()
                for goal in wanted
            ]

    rows = judged()
    if upgrade:
        found = _upgraded(rows, asked, wheels, cooldown)
    else:
        found = [one.pure for _, verdict in rows for one in verdict.missing if one.pure]
    if pin and _pin(found):
        rows = judged()
    _tell(rows, as_json=as_json, with_files=not every)
    if lock:
        lockfile.write(lock, rows[0][1], index)
    if any(verdict.missing for _, verdict in rows):
        raise typer.Exit(1)


def _check_lock(answers: int, *, from_pypi: bool) -> None:
    if from_pypi:
        raise UsageError("--lock does not go with --from-pypi", "a lock is for our index alone")
    if answers != 1:
        raise UsageError("--lock is for one set of requirements on one machine", "say --arch and --python")


def _asked(requirements: list[str], files: list[str], *, every: bool) -> dict[str, list[str]]:
    """What it is called -> its requirements."""
    from farwheel.audit import sets
    from farwheel.nix import REPOSITORY

    folder = REPOSITORY / "closures"
    if every == bool(requirements or files):
        raise UsageError("say what to audit: requirements, -r FILE, or --all", "one of the three")
    if every:
        return {name: sets.read(file) for name, file in sets.kept(folder).items()}
    paths = [sets.find(word, folder) for word in files]
    texts = [*sets.checked(requirements), *(text for path in paths for text in sets.read(path))]
    if not texts:
        raise UsageError(f"{' '.join(files)} holds no requirement", "one a line, as in: numpy>=2")
    return {" ".join([*requirements, *(path.stem for path in paths)]): texts}


def _upgraded(
    rows: "list[tuple[str, Verdict]]", asked: dict[str, list[str]], wheels: Path, cooldown: float
) -> "list[File]":
    from datetime import UTC, datetime
    from functools import cache

    from farwheel import outdated
    from farwheel.audit.upgrade import upgraded
    from farwheel.audit.verdict import stock
    from farwheel.cli.sources import upstream
    from farwheel.heldpins import PureGate
    from farwheel.nix import REPOSITORY

    pins, index = outdated.pinned(REPOSITORY), upstream()
    gate = PureGate.of(REPOSITORY, index, datetime.now(UTC), cooldown)

    @cache
    def admitted(name: str) -> "set[Version] | None":
        return outdated.admitted(pins[name], index, gate) if name in pins else None

    with stock(REPOSITORY / "pkgs", wheels, "") as found:
        return [file for name, verdict in rows for file in upgraded(asked[name], verdict, found, admitted)]


def _pin(files: "Iterable[File]") -> bool:
    """Whether there was anything to pin."""
    from farwheel import cache, mirrors
    from farwheel.index import kept
    from farwheel.nix import REPOSITORY
    from farwheel.pypi import Index
    from farwheel.web import client

    with client() as http:
        index = Index(http, mirrors.registry("pypi"))
        pure = {file.name: file for file in files}
        pins = list(map(index.pin, pure.values()))
    if pins:
        with cache.alone("pins"):
            change = kept.more(kept.path(REPOSITORY / "pkgs"), pins)
            change.write()
        sys.stderr.writelines(f"{line}\n" for line in change.lines())
    return bool(pure)


def _row(name: str, verdict: "Verdict", *, with_files: bool) -> dict[str, Any]:
    row = {
        "name": name,
        "arch": verdict.goal.architecture,
        "python": verdict.goal.minor,
        "wanted": verdict.wanted,
        "have": len(verdict.files),
        "missing": [{"name": one.name, "why": one.why} for one in verdict.missing],
    }
    listed = [{"name": file.name, "sha256": file.sha256, "size": file.size} for file in verdict.files]
    return row | ({"files": listed} if with_files else {})


def _tell(rows: "list[tuple[str, Verdict]]", *, as_json: bool, with_files: bool) -> None:
    if as_json:
        listed = [_row(name, verdict, with_files=with_files) for name, verdict in rows]
        print_json(listed)
        return
    for name, verdict in rows:
        found = f"{len(verdict.files)} of {verdict.wanted}" if verdict.missing else "complete"
        sys.stdout.write(f"{name}: {verdict.goal.architecture}, CPython {verdict.goal.minor}: {found}\n")
        sys.stdout.writelines(f"  {file.sha256}  {file.size:>10}  {file.name}\n" for file in verdict.files)
        sys.stdout.writelines(f"  {one.name}: {one.why}\n" for one in verdict.missing)
