#!/usr/bin/env python3
"""Of GitHub's `gh` what releases.sh uses; $GH_STATE has a folder a release, and in `calls` each call.

Where $GH_DOWN is set, the API lists nothing once, as it does now and then.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

STATE = Path(os.environ["GH_STATE"])


def refuse(why: str) -> None:
    sys.exit(f"gh: {why}")


def api(url: str, query: str) -> None:
    if "GH_DOWN" in os.environ and not (STATE / "was-down").exists():
        (STATE / "was-down").touch()
        refuse("HTTP 502")
    assert url == f"repos/{os.environ['GH_REPO']}/releases?per_page=100"
    releases = [
        {
            "tag_name": folder.name,
            "assets": [
                {
                    "name": file.name.removesuffix(".starter"),
                    "state": "starter" if file.suffix == ".starter" else "uploaded",
                    "browser_download_url": file.as_uri(),
                }
                for file in folder.iterdir()
            ],
        }
        for folder in STATE.iterdir()
        if folder.is_dir()
    ]
    subprocess.run(["jq", "--raw-output", query], input=json.dumps(releases), text=True, check=True)


def release(verb: str, tag: str, *words: str) -> None:
    folder = STATE / tag
    if verb == "create":
        folder.mkdir()
    elif not folder.is_dir():
        refuse("release not found")
    elif verb == "upload":
        for path in map(Path, words):
            if (folder / path.name).exists() or (folder / f"{path.name}.starter").exists():
                refuse(f"asset under the same name already exists: [{path.name}]")
            shutil.copyfile(path, folder / path.name)
    elif verb == "delete-asset":
        (folder / f"{words[0]}.starter").unlink()


match sys.argv[1:]:
    case ["api", "--paginate", url, "--jq", query]:
        api(url, query)
    case ["release", verb, tag, *words]:
        with (STATE / "calls").open("a") as calls:
            calls.write(f"{verb} {tag} {' '.join(Path(word).name for word in words)}\n")
        release(verb, tag, *words)
    case _:
        refuse(f"unknown: {sys.argv[1:]}")
