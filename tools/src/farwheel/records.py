"""Wheels as built, and the ledgers (pkgs/NAME/wheels.json): checking one against the other, writing it."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from packaging.utils import BuildTag, parse_wheel_filename

from farwheel import builder, cache, derivation, ledger, needs, nix, receipts, status, wheelhouse
from farwheel.errors import FarwheelError
from farwheel.files import sha256_of
from farwheel.reproduce import Held, Outcome
from farwheel.targets import Target, attributes, catalogue, derivations


def path(name: str) -> Path:
    """The ledger of a package."""
    return nix.REPOSITORY / "pkgs" / name / "wheels.json"


def check(name: str, wheel: Path, folder: Path, report: Callable[[Path, Path], str]) -> bool:
    """Whether the ledger of package `name` holds this wheel.

    FarwheelError when it holds other bytes under that name; what differs is said where `folder` has the file
    that the ledger means (`report` compares two wheels).
    """
    entry = ledger.load(path(name)).get(wheel.name)
    if entry is None:
        return False
    sha256 = sha256_of(wheel)
    if sha256 == entry.sha256:
        return True
    known = folder / wheel.name
    difference = ""
    if known.exists() and sha256_of(known) == entry.sha256:
        difference = "\n" + report(known, wheel)
    raise FarwheelError(
        f"{wheel.name} has other bytes than the ledger holds:\n  ledger: sha256 {entry.sha256}\n"
        f"  built:  sha256 {sha256}  ({wheel}){difference}",
        f"if the recipe was changed on purpose: `build = 1;` (or the next) in pkgs/{name}/default.nix,\n"
        f"which makes it {ledger.with_build_tag(wheel.name)}; otherwise this build is not reproducible:\n"
        f"compare it with a published file by: tools/farwheel compare FILE {wheel}",
    )


def update(
    targets: list[Target],
    effort: builder.Effort,
    tested: Mapping[Target, receipts.Receipt],
) -> list[str]:
    """Build the targets and write them into their ledgers; the names of the wheels that are new there.

    FarwheelError when a wheel has other bytes than its ledger holds; nothing is written then.
    """
    paths = derivations(targets)
    inputs = attributes(targets, "inputs")
    outputs = builder.build(list(paths.values()), effort)[0] if paths else []
    found: dict[str, ledger.Ledger] = {}
    new = []
    # Another farwheel may note something meanwhile.
    with cache.alone("ledger"):
        for target, output in zip(targets, outputs, strict=True):
            wheel = wheelhouse.wheel_of(output)
            book = found.setdefault(target.name, ledger.load(path(target.name)))
            known = book.get(wheel.name)
            entry = ledger.Entry(
                sha256=sha256_of(wheel),
                size=wheel.stat().st_size,
                added=_now(),
                architecture=target.architecture,
                # A wheel for the stable ABI serves several.
                pythons=(target.python, *(known.pythons if known else ())),
                inputs=ledger.Inputs(**inputs[target], pins=_pins(paths[target])),
                tests=tested.get(target),
                seconds=builder.took(paths[target]),
                needs=(known and known.needs) or needs.of(wheel),
            )
            if known is None:
                new.append(wheel.name)
            found[target.name] = ledger.record(book, wheel.name, entry)
        _save(found)
    return list(dict.fromkeys(new))


def missing(folder: Path) -> list[Target]:
    """The targets whose wheels the ledgers hold, as they are made now, and a folder lacks."""
    there = {file.name for file in folder.rglob("*.whl")}
    return [
        Target(name, entry.architecture, pythons[0])
        for name, known in sorted(catalogue().items())
        for file, entry in ledger.current(ledger.load(path(name)), known["version"]).items()
        # A CPython that is no longer built for makes no wheel, nor does a recipe that has another build tag.
        if (pythons := [python for python in entry.pythons if python in known["pythons"]])
        and parse_wheel_filename(file)[2] == _build(known)
        and file not in there
    ]


def reproduced(outcome: Outcome, by: str = "") -> None:
    """Note in the ledger what was reproduced today, `by` whom, and how long it took where that is known.

    Of what somebody does again the first day stays, or the ledger would change each week.

    FarwheelError for a wheel that the ledger does not hold.
    """
    name = outcome.target.name
    with cache.alone("ledger"):
        book = ledger.load(path(name))
        entry = book.get(outcome.file)
        if entry is None or entry.sha256 != outcome.first:
            raise FarwheelError(
                f"the ledger of {name} does not hold {outcome.file} with sha256 {outcome.first}",
                f"write it first: tools/farwheel ledger update {outcome.target}",
            )
        noted = entry.reproduced
        if (outcome.variation, by) not in {(past.variation, past.by) for past in noted}:
            today = datetime.now(UTC).date().isoformat()
            noted = (*noted, ledger.Reproduction(outcome.variation, today, by))
        seconds = entry.seconds if outcome.seconds is None else round(outcome.seconds, 1)
        book[outcome.file] = replace(entry, reproduced=noted, seconds=seconds)
        _save({name: book})


def on_vectors(found: Mapping[Target, receipts.Receipt], effort: builder.Effort) -> None:
    """Note beside the wheels' receipts what their tests came to on a CPU with vectors.

    FarwheelError for a wheel without a receipt, and for one that is not the ledger's.
    """
    paths = derivations(list(found))
    outputs = builder.build(list(paths.values()), effort)[0] if paths else []
    with cache.alone("ledger"):
        for (target, receipt), output in zip(found.items(), outputs, strict=True):
            wheel = wheelhouse.wheel_of(output)
            book = ledger.load(path(target.name))
            entry = book.get(wheel.name)
            if entry is None or entry.tests is None:
                raise FarwheelError(
                    f"the ledger has no receipt of {target} yet",
                    f"the baseline CPU comes first: tools/farwheel ledger update --tests {target}",
                )
            tests = receipts.on_vectors(receipt, entry.tests)
            ran = replace(entry, sha256=sha256_of(wheel), tests=tests)
            _save({target.name: ledger.record(book, wheel.name, ran)})


def held(target: Target) -> Held | None:
    """What the ledger holds of a target in the version and build of now; None for nothing, or for several."""
    known = catalogue()[target.name]
    build = _build(known)
    book = ledger.current(ledger.load(path(target.name)), known["version"])
    found = [
        Held(file, entry.sha256, frozenset(past.variation for past in entry.reproduced))
        for file, entry in book.items()
        if (entry.architecture, parse_wheel_filename(file)[2]) == (target.architecture, build)
        and target.python in entry.pythons
    ]
    return found[0] if len(found) == 1 else None


def _build(known: Mapping[str, Any]) -> BuildTag:
    """The build tag that a recipe gives, by its entry in the catalogue."""
    return (known["build"], "") if known["build"] else ()


def rebuilt(target: Target, output: str) -> None:
    """Note that a target's own derivation, built once more, gave the bytes of `output` again."""
    wheel = wheelhouse.wheel_of(output)
    sha256 = sha256_of(wheel)
    reproduced(Outcome(target, "again", wheel.name, sha256, sha256))


def _save(books: Mapping[str, ledger.Ledger]) -> None:
    for name, book in books.items():
        ledger.save(path(name), book)
    status.refresh(nix.REPOSITORY)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _pins(path: str) -> str:
    """The sha256 over the sorted sha256s of all pins that a derivation is made from."""
    read = (derivation.read(item).env for item in nix.requisites(path))
    hashes = sorted({env["outputHash"] for env in read if env.get("outputHash")})
    return hashlib.sha256("".join(f"{item}\n" for item in hashes).encode("ascii")).hexdigest()
