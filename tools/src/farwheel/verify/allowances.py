"""What a wheel may do although a rule forbids it: pkgs/NAME/verify.json, or a file of anybody's."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from farwheel.errors import FarwheelError
from farwheel.verify.rules import RULES

# Not among the rules, for it wants upstream's wheel as well.
AGAINST = "against"
_FORM = '{"<rule>": {"<glob of what the rule names, * for all>": "<why>"}}'

# Rule -> glob of what its findings name (members mostly) -> why it may be so.
Allowances = Mapping[str, Mapping[str, str]]
NOTHING: Allowances = MappingProxyType({})


def of(package: Path) -> Path | None:
    """The file of a package, by its folder of pkgs/; None where it has none."""
    path = package / "verify.json"
    return path if path.exists() else None


def read(path: Path | None) -> Allowances:
    """The allowances in a JSON file; FarwheelError for one that is none, or that leaves a reason out."""
    if path is None:
        return NOTHING
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise FarwheelError(f"{path} cannot be read: {error}", _FORM) from None
    if not isinstance(document, dict):
        raise FarwheelError(f"{path} is not a list of exceptions", _FORM)
    unknown = sorted(document.keys() - RULES.keys() - {AGAINST})
    if unknown:
        raise FarwheelError(
            f"{path}: there is no rule {unknown[0]}", f"there are: {' '.join([*RULES, AGAINST])}"
        )
    for table in document.values():
        reasons = table.values() if isinstance(table, dict) else [None]
        if not all(isinstance(reason, str) and reason.strip() for reason in reasons):
            raise FarwheelError(f"{path}: every exception wants a reason", _FORM)
    return document
