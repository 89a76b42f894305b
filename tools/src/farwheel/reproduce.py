"""Making wheels again under other circumstances, and comparing bytes.

Variations, by name:

again    the same derivation once more, as `nix build --rebuild` does it; or a first build on this machine
         that gives the bytes of the ledger, which were made elsewhere
varied   one core; another year, time zone, locale, umask, kernel, host name and order of folders (nix/vary)
mode     the other of the modes `disguised` and `accelerated`, where the backend works in both
mode=M   the mode M, one of MODES; `emulated` has everything but the kernel from the target, compiler included

Those of USUAL are asked for together as a rule, and made together: the same bytes prove both, and more than
`again` would, which is for telling chance from circumstance when they differ.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from farwheel import builder, nix, wheelhouse
from farwheel.errors import FarwheelError
from farwheel.files import sha256_of
from farwheel.pins import read_json
from farwheel.targets import Target, attributes, catalogue, derivations

USUAL = ("varied", "mode")
VARIATIONS = ("again", *USUAL)
MODES = ("disguised", "accelerated", "emulated")


@dataclass(frozen=True)
class Outcome:
    """What a variation of one wheel came to; `first` and `again` are its sha256, equal when reproduced.

    `seconds` is how long the target's own derivation took, None in all variations but `again`.
    """

    target: Target
    variation: str
    file: str
    first: str
    again: str
    difference: str = ""
    seconds: float | None = None

    @property
    def same(self) -> bool:
        """Whether the bytes are the same."""
        return self.first == self.again


@dataclass(frozen=True)
class Held:
    """What the ledger holds of a target: its wheel, and in which variations that was reproduced."""

    file: str
    sha256: str
    variations: frozenset[str]


@dataclass
class _Firsts:
    """The wheels that others are compared with: the ledger's word for them, until one has to be at hand."""

    paths: dict[Target, str]
    held: dict[Target, Held | None]
    effort: builder.Effort
    wheels: dict[Target, Path] = field(default_factory=dict)

    def build(self, targets: list[Target]) -> dict[Target, float]:
        """Have these at hand; how long each took that was not built before. FarwheelError when one fails."""
        built, seconds = builder.build([self.paths[target] for target in targets], self.effort)
        for target, output in zip(targets, built, strict=True):
            self.wheels[target] = wheelhouse.wheel_of(output)
        return {target: seconds[path] for target, path in self.paths.items() if path in seconds}

    def name_and_sha256(self, target: Target) -> tuple[str, str]:
        """Of one that is at hand or held."""
        if (held := self.held[target]) and target not in self.wheels:
            return held.file, held.sha256
        return _name_and_sha256(self.wheels[target])

    def are_held(self, target: Target) -> bool:
        """Whether the ledger holds these bytes."""
        held = self.held[target]
        return held is not None and self.name_and_sha256(target) == (held.file, held.sha256)


def reproduce(
    targets: list[Target],
    variations: list[str],
    effort: builder.Effort,
    report: Callable[[Path, Path], str],
    held: Callable[[Target], Held | None],
    *,
    missing: bool = False,
) -> Iterator[Outcome]:
    """Build the targets again in each of the variations that apply to them.

    They are compared with the target's own build. Where nothing built that here yet, the ledger's sha256
    (`held`) stands for it, unless the bytes differ: then it is built, and `report` says what differs between
    two wheels. With `missing` what `held` says to be reproduced is not made. A mode in which a target is
    built anyway is passed over. FarwheelError when a build fails, or, before anything is built, for a mode
    that a target does not have.
    """
    paths = derivations(targets)
    # A wheel for the stable ABI is one, however many CPythons it serves.
    targets = list({path: target for target, path in reversed(paths.items())}.values())[::-1]
    steps = _steps(variations)
    derived = {step: _derived(targets, paths, step) for step in steps}
    firsts = _Firsts(paths, {target: held(target) for target in targets}, effort)
    proven = {
        target: set(known.variations) if missing and known else set[str]()
        for target, known in firsts.held.items()
    }
    todo = set(nix.dry_run([paths[target] for target in targets]))
    wanted = [
        target
        for target in targets
        if paths[target] not in todo
        or not firsts.held[target]
        or ("again" in variations and "again" not in proven[target])
    ]
    seconds = firsts.build(wanted)
    for target in wanted:
        if not firsts.are_held(target):
            proven[target] = set()
        elif target in seconds and "again" in variations and "again" not in proven[target]:
            proven[target].add("again")
            file, sha256 = firsts.name_and_sha256(target)
            yield Outcome(target, "again", file, sha256, sha256, seconds=seconds[target])
    odd: list[Outcome] = []
    explained: set[Target] = set()
    for step in steps:
        chosen = {target: path for target, path in derived[step].items() if proven[target].isdisjoint(step)}
        if not chosen:
            continue
        again = step == ("again",)
        outcomes = _again(chosen, firsts) if again else _compared(step, chosen, firsts, report)
        for outcome in outcomes:
            if outcome.same:
                proven[outcome.target].add(outcome.variation)
            elif step == USUAL:
                odd.append(outcome)  # Made one by one, they will tell which of them it is.
                continue
            else:
                explained.add(outcome.target)
            yield outcome
    # By itself neither of them is to blame: it is both at once, or chance.
    yield from (outcome for outcome in odd if outcome.target not in explained)


def _compared(
    step: tuple[str, ...], paths: dict[Target, str], firsts: _Firsts, report: Callable[[Path, Path], str]
) -> Iterator[Outcome]:
    """Build what `paths` says, and compare it with the firsts; what fails takes nothing from the others."""
    effort = replace(_one_core() if "varied" in step else firsts.effort, keep_going=True)
    built = builder.attempt(list(paths.values()), effort)
    wheels = {
        target: wheelhouse.wheel_of(built.outputs[path])
        for target, path in paths.items()
        if path in built.outputs
    }
    differing = [
        target
        for target, wheel in wheels.items()
        if _name_and_sha256(wheel) != firsts.name_and_sha256(target)
    ]
    for target in sorted(wheels, key=lambda target: target in differing):
        if target in differing:
            firsts.build([target])
        file, first = firsts.name_and_sha256(target)
        again = sha256_of(wheels[target])
        difference = "" if first == again else _difference(firsts.wheels[target], wheels[target], report)
        if difference and step == ("mode=emulated",):
            difference += native_tools(target.architecture)
        for variation in step:
            yield Outcome(target, variation, file, first, again, difference)
    if built.error:
        raise built.error


def _steps(variations: list[str]) -> list[tuple[str, ...]]:
    """The variations, each by itself, but before the first of those that go together these together."""
    steps: list[tuple[str, ...]] = [(name,) for name in variations]
    if set(USUAL) <= set(variations):
        steps.insert(min(variations.index(name) for name in USUAL), USUAL)
    return steps


def _one_core() -> builder.Effort:
    """One core for each build, and as many of them side by side as the machine has cores."""
    return builder.Effort(cores=1, jobs=len(os.sched_getaffinity(0)))


def native_tools(architecture: str) -> str:
    """A line that says in which versions the target's own compiler and linker differ from ours; or ""."""
    pins = nix.REPOSITORY / "nix/pins"
    ours, theirs = (
        {package["name"]: package["version"] for package in read_json(path)["packages"]}
        for path in (pins / "root.json", pins / f"native-{architecture}.json")
    )
    differing = [name for name in ("gcc-14", "binutils") if ours[name] != theirs[name]]
    shown = (f"{name} is {theirs[name]} there, {ours[name]} here" for name in differing)
    return f"not the same tools: {'; '.join(shown)}\n" if differing else ""


def _difference(first: Path, again: Path, report: Callable[[Path, Path], str]) -> str:
    """Never fails: that the bytes differ is what matters."""
    try:
        return report(first, again)
    except FarwheelError as error:
        return error.message


def _derived(targets: list[Target], paths: dict[Target, str], step: tuple[str, ...]) -> dict[Target, str]:
    """The derivations of variations made at once, without those that are built anyway."""
    if step == ("again",):
        return {target: paths[target] for target in targets}
    if "mode" in step:
        targets = [target for target in targets if catalogue()[target.name]["mode"] == "disguised"]
    found = attributes(targets, f"{_attribute(step)}.drvPath")
    return {target: path for target, path in found.items() if path != paths[target]}


def _attribute(step: tuple[str, ...]) -> str:
    mode = step[-1].partition("=")[2] or "accelerated"
    return {("varied",): "varied", USUAL: "modes.accelerated.varied"}.get(step, f"modes.{mode}")


def _again(paths: dict[Target, str], firsts: _Firsts) -> Iterator[Outcome]:
    """Every wheel's own derivation once more."""
    seconds, differing = builder.rebuild(list(paths.values()), firsts.effort)
    for target, path in paths.items():
        (file, first), difference = firsts.name_and_sha256(target), differing.get(path, "")
        again = "" if difference else first
        yield Outcome(target, "again", file, first, again, difference, seconds.get(path))


def _name_and_sha256(wheel: Path) -> tuple[str, str]:
    return wheel.name, sha256_of(wheel)
