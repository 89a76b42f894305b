"""Copy license texts out of source trees: collect.py OUT COMPONENTS.

COMPONENTS is JSON: [{"name", "version", "license" (SPDX), "sha256" (of the source), "files": [paths]}]. Makes
OUT/<name>/component.json (without the folders of the files) and OUT/<name>/<file>. A wheel that links or
carries the component takes all of it along. Fails when a text is missing.
"""

import json
import shutil
import sys
from pathlib import Path

out = Path(sys.argv[1])
for component in json.loads(sys.argv[2]):
    folder = out / component["name"]
    folder.mkdir(parents=True)
    files = [Path(name) for name in component["files"]]
    for file in files:
        shutil.copyfile(file, folder / file.name)
    facts = component | {"files": sorted(file.name for file in files)}
    (folder / "component.json").write_text(
        json.dumps(facts, indent=2, sort_keys=True) + "\n", encoding="utf-8"
    )
