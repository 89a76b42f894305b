"""Judge a wheel by its file alone: no build, no host, no network.

Every rule is one module of `rules`, whose docstring is its reason.
"""

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path

from farwheel.verify.allowances import NOTHING, Allowances
from farwheel.verify.finding import Finding, RefusedError, note
from farwheel.verify.rules import RULES
from farwheel.verify.wheel import Wheel

__all__ = ["NOTHING", "Allowances", "Finding", "Report", "verify"]


# By rule: nobody reads more, and a hostile file could go on for long.
_MAX_FINDINGS = 1000


@dataclass(frozen=True)
class Report:
    """What was found in one file: by rule, in the rules' order; or why the file was refused."""

    file: str
    refused: str
    findings: dict[str, list[Finding]]

    @property
    def ok(self) -> bool:
        """Whether nothing fails."""
        return not self.refused and all(self.status(rule) != "FAIL" for rule in self.findings)

    def status(self, rule: str) -> str:
        """`ok`, `note` or `FAIL`."""
        severities = {finding.severity for finding in self.findings[rule]}
        return "FAIL" if "error" in severities else "note" if severities else "ok"


def verify(path: Path, allow: Allowances = NOTHING) -> Report:
    """Run every rule over a wheel; whatever the file holds, this raises nothing, but may refuse it."""
    findings: dict[str, list[Finding]] = {}
    try:
        wheel = Wheel(path)
        try:
            for name, rule in RULES.items():
                found = [replace(finding, rule=name) for finding in islice(rule.check(wheel), _MAX_FINDINGS)]
                findings[name] = _allowed(name, found, allow)
        finally:
            wheel.close()
    except RefusedError as refusal:
        return Report(path.name, refusal.message, {})
    except OSError as error:
        return Report(path.name, f"it cannot be read: {error.strerror or error}", {})
    return Report(path.name, "", findings)


def _allowed(rule: str, findings: list[Finding], allow: Allowances) -> list[Finding]:
    """Errors that an allowance covers become notes; an allowance that covers nothing becomes one, too."""
    given = {"*": allow.rules[rule]} if rule in allow.rules else {}
    given |= allow.isa if rule == "isa" else {}
    used, kept = set(), []
    for finding in findings:
        glob = next((one for one in given if finding.severity == "error" and _covers(one, finding)), None)
        if glob is not None:
            used.add(glob)
            message = f"{finding.message} (allowed: {given[glob]})"
            kept.append(replace(finding, message=message, severity="note"))
        else:
            kept.append(finding)
    stale = [glob for glob in given if glob not in used]
    kept += [replace(note(glob, f"is allowed ({given[glob]}) and need not be"), rule=rule) for glob in stale]
    return kept


def _covers(glob: str, finding: Finding) -> bool:
    return glob == "*" or fnmatchcase(finding.where, glob)
