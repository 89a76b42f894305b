"""How long `farwheel outdated` takes for many packages: outdated_speed.py NAME...; prints JSON.

The packages need no recipe: they are made up, locked to version 0, so each is out of date. Seconds are those
of the whole verb, imports included, but for Nix's evaluation; memory is the most that it held, in bytes.
"""

import contextlib
import io
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

BEGAN = time.monotonic()


def measure(names: list[str], repository: Path) -> dict[str, object]:
    """Run the verb on a repository that is made for it."""
    from farwheel import nix, targets
    from farwheel.cli import main

    versions = repository / "nix/cpython/versions.json"
    versions.parent.mkdir(parents=True)
    versions.write_bytes((nix.REPOSITORY / "nix/cpython/versions.json").read_bytes())
    pythons = sorted(json.loads(versions.read_text()))
    for name in names:
        (repository / "pkgs" / name).mkdir(parents=True)
        (repository / "pkgs" / name / "pin.json").write_text(json.dumps({"name": name, "version": "0"}))
    nix.REPOSITORY = repository
    catalogue = {name: {"version": "0", "pythons": pythons, "hold": None} for name in names}
    targets.catalogue = lambda: catalogue  # type: ignore[assignment]
    with contextlib.redirect_stdout(io.StringIO()) as said:
        main(["outdated", "--json"])
    found = json.loads(said.getvalue())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "packages": len(found),
        "can be taken": sum(bool(one["take"]) for one in found),
        "trouble": [one["name"] for one in found if one["trouble"]],
        "seconds": round(time.monotonic() - BEGAN, 1),
        "cpu seconds": round(time.process_time(), 1),
        "memory": memory,
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(json.dumps(measure(sys.argv[1:], Path(folder)), indent=2) + "\n")
