"""The shortest recipe for what a survey found, and what a person has to decide."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from farwheel.new import asks
from farwheel.new.survey import Survey
from farwheel.recipe import LockOptions


@dataclass(frozen=True)
class Draft:
    """The fields of a default.nix, those of a lock.json, and sentences about what is left open."""

    recipe: dict[str, Any] = field(default_factory=dict)
    lock: LockOptions = field(default_factory=LockOptions)
    undecided: list[str] = field(default_factory=list)

    @property
    def lock_json(self) -> dict[str, Any]:
        """What departs from the defaults."""
        usual = asdict(LockOptions())
        return {name: value for name, value in asdict(self.lock).items() if value != usual[name]}


def draft(survey: Survey, libraries: Iterable[str], *, abi3: bool) -> Draft:
    """A recipe with `libraries` (the names in nix/libs) to choose from."""
    open_ends = []
    libs, known = set(), sorted(libraries)
    for ask, carried in survey.asks.items():
        found = asks.ours(ask.name, known)
        if found and not carried:
            libs.add(found)
        elif not carried:
            open_ends.append(
                f"{ask.name} ({ask.how} in {ask.where}) is not in nix/libs: the build may fail, or do without"
            )
    recipe: dict[str, Any] = {"abi3": True} if abi3 else {}
    if libs:
        recipe["libs"] = sorted(libs)
    tests, ends = _tests(survey)
    if tests:
        recipe["tests"] = tests
    if survey.suite.extensions:
        recipe["skipImports"] = dict.fromkeys(survey.suite.extensions, "part of the tests, which need more")
    if survey.unlisted:
        open_ends.append(f"do these licenses speak of what is compiled in: {', '.join(survey.unlisted)}?")
    options = LockOptions(build_requires=survey.build_requires, test_requires=list(survey.suite.requires))
    return Draft(recipe, options, [*open_ends, *ends])


def with_source(made: Draft, source: str, *, complete: bool) -> Draft:
    """With releases from a repository, which may not tell (`complete`) what the package needs to run."""
    if complete:
        return replace(made, lock=replace(made.lock, source=source))
    words = "what does it need to run? The repository does not tell: run_requires in its lock.json"
    options = replace(made.lock, source=source, run_requires=[])
    return replace(made, lock=options, undecided=[*made.undecided, words])


def with_crates(made: Draft, crates: Iterable[str]) -> Draft:
    """With what these crates, by their names, link against; most bring their C sources along."""
    names = set(crates)
    if "openssl-sys" not in names or "openssl-src" in names:
        return made
    libs = sorted({*made.recipe.get("libs", []), "openssl"})
    return replace(made, recipe={**made.recipe, "libs": libs, "env": {"OPENSSL_STATIC": "1"}})


def _tests(survey: Survey) -> tuple[dict[str, Any], list[str]]:
    """The field `tests`, without what is its default, and what remains open."""
    suite = survey.suite
    if suite.select is None:
        return {}, ["the release has no tests: smoke, a short program, may take their place"]
    default = ["tests"]
    tests = {
        name: value for name, value in (("files", suite.files), ("select", suite.select)) if value != default
    }
    ends = (
        [f"its tests import {', '.join(suite.unknown)}, which no test requirement names"]
        if suite.unknown
        else []
    )
    if suite.files == []:
        ends.append(f"are the tests ({suite.select[-1]}) in the wheel?")
    return tests, ends


def nix(recipe: dict[str, Any]) -> str:
    """The text of a default.nix, laid out as nixfmt does it."""
    if not recipe:
        return "{ }\n"
    if len(recipe) == 1 and isinstance(next(iter(recipe.values())), bool | str):
        return f"{{ {_entry(recipe, '')} }}\n"
    return f"{_value(recipe, '')}\n"


def _entry(attributes: dict[str, Any], indent: str) -> str:
    lines = []
    for key, content in attributes.items():
        name, value = _attribute(key), content
        while isinstance(value, dict) and len(value) == 1:
            [(inner, value)] = value.items()
            name = f"{name}.{_attribute(inner)}"
        lines.append(f"{indent}{name} = {_value(value, indent)};")
    return "\n".join(lines)


def _attribute(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_][\w'-]*", name) else _value(name, "")


def _value(value: Any, indent: str) -> str:
    inner = f"{indent}  "
    if isinstance(value, dict):
        return f"{{\n{_entry(value, inner)}\n{indent}}}"
    if isinstance(value, list):
        words = [_value(item, inner) for item in value]
        if len(words) < 2:  # noqa: PLR2004 - those stand on one line
            return f"[ {' '.join(words)} ]" if words else "[ ]"
        return "[\n" + "".join(f"{inner}{word}\n" for word in words) + f"{indent}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${")
    return f'"{escaped}"'
