"""Judge a wheel by its file alone: no build, no host, no network.

Every rule is one module of `rules`, whose docstring is its reason.
"""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path

from farwheel.verify import against
from farwheel.verify.allowances import AGAINST, NOTHING, Allowances
from farwheel.verify.finding import Finding, RefusedError, note
from farwheel.verify.rules import RULES
from farwheel.verify.wheel import Wheel

__all__ = ["AGAINST", "NOTHING", "Allowances", "Finding", "Report", "verify"]


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


def verify(path: Path, allow: Allowances = NOTHING, upstreams: Path | None = None) -> Report:
    """Run every rule over a wheel, and compare it with upstream's wheel of the release, if that is given.

    Whatever the files hold, this raises nothing, but may refuse one.
    """
    findings: dict[str, list[Finding]] = {}
    try:
        with closing(Wheel(path)) as wheel:
            for name, rule in RULES.items():
                findings[name] = _allowed(name, rule.check(wheel), allow)
            if upstreams:
                with closing(_upstreams(upstreams)) as theirs:
                    findings[AGAINST] = _allowed(AGAINST, against.check(wheel, theirs), allow)
    except RefusedError as refusal:
        return Report(path.name, refusal.message, {})
    except OSError as error:
        return Report(path.name, f"it cannot be read: {error.strerror or error}", {})
    except (ValueError, RecursionError) as error:
        # Numbers and nestings beyond what Python's own parsers take.
        return Report(path.name, f"it cannot be parsed: {type(error).__name__}: {error}", {})
    return Report(path.name, "", findings)


def _upstreams(path: Path) -> Wheel:
    try:
        return Wheel(path)
    except RefusedError as refusal:
        raise RefusedError(f"{path.name} is no wheel to compare it with: {refusal.message}") from None
    except OSError as failure:
        raise RefusedError(f"{path.name}, to compare it with, cannot be read: {failure.strerror}") from None


def _allowed(rule: str, found: Iterable[Finding], allow: Allowances) -> list[Finding]:
    """Errors that an allowance covers become notes; an allowance that covers nothing becomes one, too."""
    findings = [replace(finding, rule=rule) for finding in islice(found, _MAX_FINDINGS)]
    given = allow.get(rule, {})
    used, kept = set(), []
    for finding in findings:
        glob = next(
            (one for one in given if finding.severity == "error" and fnmatchcase(finding.where, one)), None
        )
        if glob is not None:
            used.add(glob)
            message = f"{finding.message} (allowed: {given[glob]})"
            kept.append(replace(finding, message=message, severity="note"))
        else:
            kept.append(finding)
    stale = [glob for glob in given if glob not in used]
    kept += [replace(note(glob, f"is allowed ({given[glob]}) and need not be"), rule=rule) for glob in stale]
    return kept
