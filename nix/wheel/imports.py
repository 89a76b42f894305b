"""Import all that a wheel brings, in the target's own interpreter: imports.py NAME SKIP [PROGRAM].

NAME is the distribution; SKIP is JSON, module -> reason; PROGRAM is run afterwards. Every top-level module
and every extension is imported, but for what cannot be had without Tk. Writes receipt.json into $out, with
what was imported and how long it took. That is done in a process of its own: a library that ends it has
failed, whatever its exit code.
"""

import importlib
import importlib.metadata
import json
import os
import platform
import runpy
import sys
import time
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path, PurePosixPath


def modules(files: list[PurePosixPath]) -> tuple[list[str], list[str]]:
    """Top-level modules and extension modules (dotted names) among a distribution's files."""
    top, extensions = set(), set()
    for file in files:
        first = file.parts[0]
        if first.endswith((".dist-info", ".libs", ".data")) or ".." in file.parts:
            continue
        suffix = next((s for s in EXTENSION_SUFFIXES if file.name.endswith(s)), None)
        if suffix:
            extensions.add(".".join([*file.parts[:-1], file.name.removesuffix(suffix)]))
        if file.parts[1:] == ("__init__.py",):
            top.add(first)
        elif len(file.parts) == 1 and file.suffix == ".py":
            top.add(file.stem)
    top.update(name for name in extensions if "." not in name)
    return sorted(top), sorted(extensions)


def lacks_tk(error: BaseException | None) -> bool:
    """Whether an import failed for want of Tk, which our interpreters have not."""
    return error is not None and (getattr(error, "name", None) == "_tkinter" or lacks_tk(error.__cause__))


def main() -> None:
    """Check; exit code 1 without a receipt."""
    receipt = Path(os.environ["out"], "receipt.json")
    child = os.fork()
    if child == 0:
        check(receipt)
        return
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code or not receipt.exists():
        sys.exit(f"error: the interpreter ended with {code} before all was imported and run")


def check(into: Path) -> None:
    """Import, run, write the receipt."""
    started = time.monotonic()
    name, skip = sys.argv[1], json.loads(sys.argv[2])
    distribution = importlib.metadata.distribution(name)
    top, extensions = modules([PurePosixPath(str(f)) for f in distribution.files or []])
    programs = [file for file in distribution.files or [] if "bin" in file.parts[:-1]]
    if not top and not programs:
        sys.exit(f"error: {name} has no module that could be imported, and no program")
    if gone := sorted(skip.keys() - {*top, *extensions}):
        sys.exit(f"error: {name} has no module {', '.join(gone)}: take it out of the recipe's skipImports")
    imported = []
    for module in [*top, *extensions]:
        if module in skip or module in imported:
            continue
        try:
            found = importlib.import_module(module)
        except ImportError as error:
            if not lacks_tk(error):
                raise
            skip[module] = "it looks for Tk, which our interpreters have not"
            continue
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
    into.write_text(json.dumps(receipt, indent=2, sort_keys=True) + "\n")
    print(f"{name}: imported {len(imported)} modules on {receipt['machine']}, {receipt['libc']}")


main()
