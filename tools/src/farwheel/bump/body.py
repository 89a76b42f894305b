"""What commits and pull requests say, from templates/bump.md."""

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from farwheel.bump import facts
from farwheel.bump.record import BRANCHES
from farwheel.errors import plain
from farwheel.standing import Standing

# GitHub takes 65,536 characters: half of that for the text, half for the log, of which the end tells.
_ROOM = 30_000
_LOG_LINES, _PINS = 120, 80
_CALLS = re.compile(r"([@#])")
_MARKUP = re.compile(r"([\\`*_\[\]<>|&])")
# What closes an issue without a #, by its URL or by GH-1.
_CLOSES = re.compile(r"\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?=:? (?:https?://|GH-))", re.IGNORECASE)


@dataclass(frozen=True)
class Failure:
    """The step that failed (a verb of ours), why in words, and the end of what it wrote."""

    step: str
    message: str
    log: Sequence[str] = ()


@dataclass
class Evidence:
    """What a bump came to; filled as it goes, so a failed one has what was found out before.

    `pins` are the lines of the lock's change, `reproduced` the variations that gave the same bytes.
    """

    pins: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    before: facts.Wheels = field(default_factory=dict)
    after: facts.Wheels = field(default_factory=dict)
    reproduced: list[str] = field(default_factory=list)
    dependants: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failure: Failure | None = None


def title(standing: Standing, *, retire: bool, failure: Failure | None = None) -> str:
    """The first line: which package, from where to where."""
    if retire:
        return f"{standing.name}: retire, upstream has wheels of its own"
    said = f"{standing.name}: {standing.ours} -> {standing.take}"
    said += " (security)" if standing.security else ""
    return f"{said} ({failure.step} fails)" if failure else said


def text(standing: Standing, evidence: Evidence, remote: str, *, retire: bool) -> str:
    """The text below the title."""
    more = len(evidence.pins) - _PINS
    compared = () if evidence.failure else (evidence.before, evidence.after)
    said = _template().render(
        name=standing.name,
        old=standing.ours,
        newest=standing.newest,
        retire=retire,
        branch=f"{BRANCHES}{standing.name}",
        remote=remote,
        covered=standing.covered,
        advisories=(standing.advisories or ()) if standing.security else (),
        failure=evidence.failure,
        worse=facts.worse(*compared) if compared else [],
        rows=facts.rows(*compared) if compared else [],
        links=evidence.links,
        pins=[*evidence.pins[:_PINS], *([f"and {more} more"] if more > 0 else [])],
        reproduced=evidence.reproduced,
        dependants=evidence.dependants,
        notes=evidence.notes,
    )
    return said.strip() if len(said) < _ROOM else f"{said[:_ROOM].strip()}\n\n(and so on)"


def short(message: str) -> str:
    """Why a step failed, in as many foreign words as leave room for a log: uv and cargo tell long stories."""
    said = foreign(message)
    return said if len(said) < _ROOM else f"{said[:_ROOM].strip()} (and so on)"


def log(failure: Failure) -> str:
    """The end of a log, as Markdown that nothing in it can end."""
    kept: deque[str] = deque()
    room = _ROOM
    for line in reversed(failure.log[-_LOG_LINES:]):
        room -= len(line) + 1
        if room < 0:
            break
        kept.appendleft(line)
    if not kept:
        return ""
    said = "\n".join(kept)
    fence = "```"
    while fence in said:
        fence += "`"
    return f"The end of the log of `{failure.step}`:\n\n{fence}\n{said}\n{fence}"


def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        # Markdown, where nothing is escaped.
        autoescape=False,  # noqa: S701
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["foreign"] = foreign
    return environment.get_template("bump.md")


def foreign(said: str) -> str:
    """Words of others on one line, in which GitHub sees no names of people, no issues and no markup."""
    # A release may name a file as it likes; git takes no NUL, and UTF-8 no half of a character.
    line = _CLOSES.sub("\\1\u200b", plain(" ".join(said.split())))
    return _MARKUP.sub(r"\\\1", _CALLS.sub("\\1\u200b", line))
