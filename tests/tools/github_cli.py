#!/usr/bin/env python3
"""Of GitHub's `gh` what releases.sh uses; $GH_STATE has a folder a release, and in `calls` each call."""

import fnmatch
import itertools
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
    assert url == f"repos/{os.environ['GH_REPO']}/releases?per_page=100"
    releases = [
        {"tag_name": folder.name, "assets": [{"name": file.name} for file in folder.iterdir()]}
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
            if (folder / path.name).exists():
                refuse(f"asset under the same name already exists: [{path.name}]")
            shutil.copyfile(path, folder / path.name)
    elif verb == "download":
        patterns = [word for before, word in itertools.pairwise(words) if before == "--pattern"]
        found = [f for f in folder.iterdir() if any(fnmatch.fnmatch(f.name, p) for p in patterns)]
        if not found:
            refuse("no assets match the file pattern")
        into = Path(words[words.index("--dir") + 1])
        into.mkdir(exist_ok=True)
        for file in found:
            shutil.copyfile(file, into / file.name)


match sys.argv[1:]:
    case ["api", "--paginate", url, "--jq", query]:
        api(url, query)
    case ["release", verb, tag, *words]:
        with (STATE / "calls").open("a") as calls:
            calls.write(f"{verb} {tag} {' '.join(Path(word).name for word in words)}\n")
        release(verb, tag, *words)
    case _:
        refuse(f"unknown: {sys.argv[1:]}")
