"""Let a wheel say which libraries it carries: embed.py FILE.whl PART...

A PART is the output of a library's build with a folder licenses/<component>/ for each component in it, as
collect.py makes it. A part that is a shared library counts where it was grafted into the wheel (*.libs/), a
static one always. Adds <dist-info>/farwheel/<component>/<text> and <dist-info>/farwheel/libraries.json, a
list of {"name", "version", "license", "sha256" of the source, "linked": "grafted" or "static", "files": texts
relative to the dist-info}. RECORD is left to the rewriting that follows.
"""

import json
import sys
import zipfile
from pathlib import Path


def linked(part: Path, grafted: set[str]) -> str | None:
    """How a wheel carries a part: "grafted", "static"; None for a shared library that it does not need."""
    shared = {stem(file.name) for file in (part / "lib").glob("lib*.so*")}
    if shared:
        return "grafted" if shared & grafted else None
    return "static"


def stem(name: str) -> str:
    """libopenblas-1a2b3c.so.0 (as auditwheel names what it grafts) -> libopenblas."""
    return name.partition(".so")[0].partition("-")[0]


def main() -> None:
    """Collect, then append to the archive."""
    wheel, parts = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
    with zipfile.ZipFile(wheel, "a", zipfile.ZIP_DEFLATED) as archive:
        names = archive.namelist()
        grafted = {stem(Path(name).name) for name in names if ".libs/" in name}
        info = next(name.split("/")[0] for name in names if name.endswith(".dist-info/WHEEL"))
        libraries = []
        # By name: libgfortran, say, is in OpenBLAS and comes as a run-time library too.
        components = {folder.name: folder for part in parts for folder in (part / "licenses").iterdir()}
        for _, folder in sorted(components.items()):
            how = linked(folder.parent.parent, grafted)
            if how is None:
                continue
            component = json.loads((folder / "component.json").read_text("utf-8"))
            texts = [f"farwheel/{folder.name}/{name}" for name in component["files"]]
            for text in texts:
                archive.writestr(f"{info}/{text}", (folder / Path(text).name).read_bytes())
            libraries.append(component | {"linked": how, "files": texts})
        if libraries:
            document = json.dumps(libraries, indent=2, sort_keys=True) + "\n"
            archive.writestr(f"{info}/farwheel/libraries.json", document)
        for library in libraries:
            print(
                f"carries {library['name']} {library['version']} ({library['linked']}, {library['license']})"
            )


main()
