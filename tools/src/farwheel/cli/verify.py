"""`farwheel verify`: judge wheels by their files alone."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from farwheel.cli.options import Json
from farwheel.errors import UsageError

if TYPE_CHECKING:
    from farwheel.verify import Report


def verify(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE.whl...", help="Anybody's wheels.")
    ] = None,
    allow: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.json", help='Exceptions: {"isa": {MEMBER-GLOB: WHY}, "rules": {RULE: WHY}}.'
        ),
    ] = None,
    explain: Annotated[
        str, typer.Option(metavar="RULE", help="Print why a rule exists, and its source.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Check wheels for any platform, on any host; exit code 1 when a rule fails or a file is refused."""
    from farwheel.verify import allowances
    from farwheel.verify import verify as judge
    from farwheel.verify.rules import RULES

    if explain:
        if explain not in RULES:
            raise UsageError(f"there is no rule {explain}", f"there are: {' '.join(RULES)}")
        sys.stdout.write(f"{(RULES[explain].__doc__ or '').strip()}\n")
        return
    if not files:
        raise UsageError("name one wheel at least", "tools/farwheel verify FILE.whl")
    exceptions = allowances.read(allow) if allow else allowances.NOTHING
    reports = []
    for file in files:
        report = judge(file, exceptions)
        reports.append(report)
        if not as_json:
            sys.stdout.write(_table(report))
            sys.stdout.flush()
    if as_json:
        sys.stdout.write(json.dumps([_plain(report) for report in reports], indent=2) + "\n")
    if not all(report.ok for report in reports):
        raise typer.Exit(1)


def _table(report: "Report") -> str:
    if report.refused:
        return f"{report.file}\n  refused: {_safe(report.refused)}\n"
    lines = [report.file]
    lines += [f"  {report.status(rule):4}  {rule}" for rule in report.findings]
    for rule, findings in report.findings.items():
        for finding in findings:
            mark = "FAIL" if finding.severity == "error" else "note"
            where = f"{finding.where}: " if finding.where else ""
            lines.append(f"  {mark}  {rule}: {_safe(where + finding.message)}")
    return "".join(f"{line}\n" for line in lines)


def _safe(text: str) -> str:
    """A stranger's names may hold what a terminal would obey."""
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text)


def _plain(report: "Report") -> dict[str, Any]:
    return {
        "file": report.file,
        "ok": report.ok,
        "refused": report.refused or None,
        "rules": {rule: report.status(rule) for rule in report.findings},
        "findings": [asdict(finding) for findings in report.findings.values() for finding in findings],
    }
