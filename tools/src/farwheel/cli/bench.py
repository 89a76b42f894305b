"""`farwheel bench`: figures of this machine, from one run."""

import sys
from typing import Annotated

import typer

from farwheel.cli.options import Cores, Json, print_json


def bench(
    packages: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="Packages; four small ones and numpy if not said."),
    ] = None,
    python: Annotated[str, typer.Option(metavar="cp313", help="For this CPython.")] = "cp313",
    repeat: Annotated[int, typer.Option(help="Builds of each; the median counts.", min=1)] = 1,
    record: Annotated[
        bool, typer.Option(help="Note in the ledger that the builds gave its bytes (`again`).")
    ] = False,
    cores: Cores = 0,
    as_json: Json = False,
) -> None:
    """Measure our builds against native ones on this machine, and what Farwheel itself costs."""
    from farwheel import bench as benching
    from farwheel import builder, nix, records
    from farwheel.targets import parse

    nix.ensure()
    names = packages or list(benching.PACKAGES)
    chosen = list(dict.fromkeys(target.name for target in parse(names, [python])))
    rows = benching.packages(chosen, python, repeat, builder.Effort(cores=cores))
    if not as_json:
        heads = (
            "package",
            "x86_64 s",
            *(f"{arch} {unit}" for arch in benching.FAR for unit in ("s", "ratio")),
        )
        sys.stdout.write(_line(heads) + _line(["---"] * len(heads)))
        for row in rows:
            far = (f"{n:.2f}" for arch in benching.FAR for n in (row.seconds[arch], row.ratios[arch]))
            sys.stdout.write(_line([row.package, f"{row.seconds['x86_64']:.2f}", *far]))
        # What took long is not lost with what follows.
        sys.stdout.flush()
    costs = benching.overheads(chosen[-1], python, repeat)
    if as_json:
        data = {
            "packages": {row.package: {"seconds": row.seconds, "ratios": row.ratios} for row in rows},
            "seconds": costs,
        }
        print_json(data)
    else:
        sys.stdout.write("\n" + _line(["what", "s"]) + _line(["---"] * 2))
        for what, seconds in costs.items():
            sys.stdout.write(_line([what, f"{seconds:.3f}"]))
    # Last, for it refuses a wheel that is not the ledger's: the figures are figures all the same.
    for row in rows if record else ():
        for target, output in row.outputs.items():
            records.rebuilt(target, output)


def _line(cells: "list[str] | tuple[str, ...]") -> str:
    return "| " + " | ".join(cells) + " |\n"
