"""`farwheel list`: what can be built."""

import sys

from farwheel.cli.options import Json, print_json


def list_(as_json: Json = False) -> None:
    """List what can be built: versions, architectures, CPythons, modes."""
    from farwheel import nix
    from farwheel.targets import catalogue

    nix.ensure()
    known = catalogue()
    if as_json:
        print_json(known, sort_keys=True)
        return
    rows = [
        (name, entry["version"], " ".join(entry["architectures"]), " ".join(entry["pythons"]), entry["mode"])
        for name, entry in sorted(known.items())
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write(line.rstrip() + "\n")
