"""Let a wheel say which libraries it carries: embed.py FILE.whl BUILT.whl PART...

BUILT is the wheel as the backend left it, not stripped yet. A PART is the output of a library's build with a
folder licenses/<component>/ for each component in it, as collect.py makes it. A part that is a shared library
counts where it was grafted into the wheel (*.libs/), a static one always; a static library that lies beside
shared ones (libatomic beside libgomp) where its symbols are in the wheel. Adds
<dist-info>/farwheel/<component>/<text> and <dist-info>/farwheel/libraries.json, a list of {"name", "version",
"license", "sha256" of the source, "linked": "grafted" or "static", "files": texts relative to the dist-info,
"members": where it is grafted, the libraries in the wheel that hold it}. RECORD is left to the rewriting that
follows.
"""

import json
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path


def linked(part: Path, name: str, grafted: list[str], built: Path) -> str | None:
    """How a wheel carries a component of a part: "grafted", "static"; None where it does not."""
    shared = stems(part)
    if not shared:
        return "static"
    archive = part / "lib" / f"{name}.a"
    if archive.exists() and name not in shared:
        return "static" if symbols([archive], "--extern-only") & inside(built) else None
    return "grafted" if grafted else None


def stems(part: Path) -> set[str]:
    """The stems of the shared libraries of a part."""
    return {stem(file.name) for file in (part / "lib").glob("lib*.so*")}


def stem(name: str) -> str:
    """libopenblas-1a2b3c.so.0 (as auditwheel names what it grafts) -> libopenblas."""
    return name.partition(".so")[0].partition("-")[0]


def symbols(files: list[Path], *options: str) -> set[str]:
    """The names that objects or archives define; with `--dynamic` those that stripping leaves."""
    if not files:
        return set()
    command = ["nm", "--defined-only", "--without-symbol-versions", "--format=just-symbols", *options]
    # Where a table is missing nm only warns.
    said = subprocess.run([*command, *map(str, files)], check=True, capture_output=True, text=True).stdout
    return {line for line in said.splitlines() if not line.endswith(":")}


def inside(wheel: Path) -> set[str]:
    """The names that a wheel's objects define."""
    with zipfile.ZipFile(wheel) as archive, tempfile.TemporaryDirectory() as folder:
        objects = []
        for number, name in enumerate(archive.namelist()):
            with archive.open(name) as member:
                if member.read(4) == b"\x7fELF":
                    objects.append(Path(folder, str(number)))
                    objects[-1].write_bytes(archive.read(name))
        return symbols(objects) | symbols(objects, "--dynamic")


def main() -> None:
    """Collect, then append to the archive."""
    wheel, built, *parts = map(Path, sys.argv[1:])
    with zipfile.ZipFile(wheel, "a", zipfile.ZIP_DEFLATED) as archive:
        names = archive.namelist()
        grafted = sorted(name for name in names if ".libs/" in name)
        info = next(name.split("/")[0] for name in names if re.fullmatch(r"[^/]+\.dist-info/WHEEL", name))
        libraries = []
        # By name: libgfortran, say, is in OpenBLAS and comes as a run-time library too.
        components = {folder.name: folder for part in parts for folder in (part / "licenses").iterdir()}
        for name, folder in sorted(components.items()):
            part = folder.parent.parent
            members = [member for member in grafted if stem(Path(member).name) in stems(part)]
            how = linked(part, name, members, built)
            if how is None:
                continue
            component = json.loads((folder / "component.json").read_text("utf-8"))
            texts = [f"farwheel/{name}/{file}" for file in component["files"]]
            for text in texts:
                archive.writestr(f"{info}/{text}", (folder / Path(text).name).read_bytes())
            libraries.append(component | {"linked": how, "files": texts})
            if how == "grafted":
                libraries[-1]["members"] = members
        if libraries:
            document = json.dumps(libraries, indent=2, sort_keys=True) + "\n"
            archive.writestr(f"{info}/farwheel/libraries.json", document)
        for library in libraries:
            print(
                f"carries {library['name']} {library['version']} ({library['linked']}, {library['license']})"
            )


main()
