"""What a wheel may do although a rule forbids it: pkgs/NAME/verify.json, or a file of anybody's."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from farwheel.errors import FarwheelError
from farwheel.verify.rules import RULES

_FORM = (
    '{"isa": {"<member glob>": "<why>"}, "against": {"<thing glob>": "<why>"}, "rules": {"<rule>": "<why>"}}'
)
_TABLES = {"isa", "against", "rules"}


@dataclass(frozen=True)
class Allowances:
    """Exceptions of a recipe, each with its reason: members with dispatched code (globs), and whole rules.

    `against` explains differences from upstream's own wheel: globs of things, as `against` names them.
    """

    isa: Mapping[str, str] = field(default_factory=dict)
    against: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)


NOTHING = Allowances()


def read(path: Path) -> Allowances:
    """The allowances in a JSON file; FarwheelError for one that is none, or that leaves a reason out."""
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FarwheelError(f"{path} cannot be read: {error}", _FORM) from None
    if not isinstance(document, dict) or document.keys() - _TABLES:
        raise FarwheelError(f"{path} is not a list of exceptions", _FORM)
    for table in document.values():
        reasons = table.values() if isinstance(table, dict) else [None]
        if not all(isinstance(reason, str) and reason.strip() for reason in reasons):
            raise FarwheelError(f"{path}: every exception wants a reason", _FORM)
    unknown = sorted(document.get("rules", {}).keys() - RULES.keys())
    if unknown:
        raise FarwheelError(f"{path}: there is no rule {unknown[0]}", f"there are: {' '.join(RULES)}")
    return Allowances(**document)
