"""Import all that a wheel brings, in the target's own interpreter: imports.py NAME SKIP [PROGRAM].

NAME is the distribution; SKIP is JSON, module -> reason; PROGRAM is run afterwards. Every top-level module
and every extension is imported, those among tests without their package, which wants what tests require.
Writes receipt.json into $out, with what was imported and how long it took.
"""

import importlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import runpy
import sys
import time
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path, PurePosixPath
from types import ModuleType


def modules(files: list[PurePosixPath]) -> tuple[list[str], dict[str, PurePosixPath]]:
    """Top-level modules among a distribution's files, and its extension modules by dotted names."""
    top, extensions = set(), {}
    for file in files:
        first = file.parts[0]
        if first.endswith((".dist-info", ".libs", ".data")) or ".." in file.parts:
            continue
        suffix = next((s for s in EXTENSION_SUFFIXES if file.name.endswith(s)), None)
        if suffix:
            extensions[".".join([*file.parts[:-1], file.name.removesuffix(suffix)])] = file
        if file.parts[1:] == ("__init__.py",):
            top.add(first)
        elif len(file.parts) == 1 and file.suffix == ".py":
            top.add(file.stem)
    top.update(name for name in extensions if "." not in name)
    return sorted(top), dict(sorted(extensions.items()))


def alone(module: str, file: Path) -> ModuleType:
    """An extension module without the packages that it lies in."""
    spec = importlib.util.spec_from_file_location(module, file)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def main() -> None:
    """Import, run, write the receipt."""
    started = time.monotonic()
    name, skip = sys.argv[1], json.loads(sys.argv[2])
    distribution = importlib.metadata.distribution(name)
    top, extensions = modules([PurePosixPath(str(f)) for f in distribution.files or []])
    programs = [file for file in distribution.files or [] if "bin" in file.parts[:-1]]
    if not top and not programs:
        sys.exit(f"error: {name} has no module that could be imported, and no program")
    imported = []
    for module in [*top, *extensions]:
        if module in skip or module in imported:
            continue
        if "tests" in module.split(".")[:-1]:
            found = alone(module, distribution.locate_file(extensions[module]))
        else:
            found = importlib.import_module(module)
        where = getattr(found, "__file__", None) or ""
        if where and not where.startswith("/opt/env/"):
            sys.exit(f"error: {module} was imported from {where}, not from the wheel")
        imported.append(module)
    for program in sys.argv[3:4]:
        runpy.run_path(program, run_name="__main__")
    receipt = {
        "imported": imported,
        "skipped": skip,
        "machine": platform.machine(),
        "libc": " ".join(platform.libc_ver()),
        "python": platform.python_version(),
        "seconds": round(time.monotonic() - started, 1),
    }
    Path(os.environ["out"], "receipt.json").write_text(json.dumps(receipt, indent=2, sort_keys=True) + "\n")
    print(f"{name}: imported {len(imported)} modules on {receipt['machine']}, {receipt['libc']}")


main()
