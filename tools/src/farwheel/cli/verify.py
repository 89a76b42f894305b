"""`farwheel verify`: judge wheels by their files alone."""

import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from farwheel.cli.options import Json, print_json
from farwheel.errors import UsageError, plain

if TYPE_CHECKING:
    from farwheel.verify import Report

_INDEX = "upstream"


def verify(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE.whl...", help="Anybody's wheels.")
    ] = None,
    allow: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.json",
            help="Exceptions: {RULE: {GLOB OF WHAT IT NAMES: WHY}}.",
        ),
    ] = None,
    against: Annotated[
        str,
        typer.Option(
            metavar="UPSTREAM.whl|upstream",
            help="List also what differs from upstream's wheel: a file, or the one for x86-64 of its index.",
        ),
    ] = "",
    explain: Annotated[
        str, typer.Option(metavar="RULE", help="Print why a rule exists, and its source.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Check wheels for any platform, on any host; exit code 1 when a rule fails or a file is refused."""
    from farwheel.verify import AGAINST, allowances
    from farwheel.verify import against as comparison
    from farwheel.verify import verify as judge
    from farwheel.verify.rules import RULES

    rules = {**RULES, AGAINST: comparison}
    if explain:
        if explain not in rules:
            raise UsageError(f"there is no rule {explain}", f"there are: {' '.join(rules)}")
        text = (rules[explain].__doc__ or "").strip()
        if as_json:
            print_json({"rule": explain, "why": text})
        else:
            sys.stdout.write(f"{text}\n")
        return
    if not files:
        raise UsageError("name one wheel at least", "tools/farwheel verify FILE.whl")
    if against not in {"", _INDEX} and len(files) > 1:
        raise UsageError(
            "one file of upstream's is for one wheel", "name one wheel, or say --against upstream"
        )
    exceptions = allowances.read(allow)
    reports = []
    for file in files:
        with TemporaryDirectory() as folder:
            theirs = _theirs(file, Path(folder)) if against == _INDEX else Path(against) if against else None
            report = judge(file, exceptions, theirs)
        reports.append(report)
        if not as_json:
            sys.stdout.write(_table(report))
            sys.stdout.flush()
    if as_json:
        print_json([_plain(report) for report in reports])
    if not all(report.ok for report in reports):
        raise typer.Exit(1)


def _theirs(file: Path, folder: Path) -> Path | None:
    from packaging.utils import InvalidWheelFilename

    from farwheel import theirs
    from farwheel.cli.sources import upstream

    source = upstream()
    try:
        with source.index.client:
            found = theirs.fetch(file, folder, source.index, source.download)
    except InvalidWheelFilename:
        return None  # which `verify` refuses
    if not found:
        sys.stderr.write(f"farwheel: upstream has no x86-64 wheel to compare {file.name} with\n")
    return found


def _table(report: "Report") -> str:
    if report.refused:
        return f"{plain(report.file)}\n  refused: {plain(report.refused)}\n"
    lines = [plain(report.file)]
    lines += [f"  {report.status(rule):4}  {rule}" for rule in report.findings]
    for rule, findings in report.findings.items():
        for finding in findings:
            mark = "FAIL" if finding.severity == "error" else "note"
            where = f"{finding.where}: " if finding.where else ""
            lines.append(f"  {mark}  {rule}: {plain(where + finding.message)}")
    return "".join(f"{line}\n" for line in lines)


def _plain(report: "Report") -> dict[str, Any]:
    return {
        "file": report.file,
        "ok": report.ok,
        "refused": report.refused or None,
        "rules": {rule: report.status(rule) for rule in report.findings},
        "findings": [asdict(finding) for findings in report.findings.values() for finding in findings],
    }
