"""Where a reviewer reads on: upstream's changelog, and the difference between two tags."""

import os
import re
import subprocess
from collections.abc import Iterable, Mapping

from packaging.version import InvalidVersion, Version

# Labels that PyPI knows, compared as PyPA's "Well-known Project URLs" says: by letters and digits.
_CHANGES = {"changelog", "changes", "releasenotes", "whatsnew", "history"}
_SOURCE = {"source", "repository", "sourcecode", "github", "code"}
_OTHER = {"homepage", "home"}
_URL = re.compile(r"https?://[\w.-]+(:\d+)?(/[\w.~+%@-]+)*/?(#[\w.-]*)?")
_FORGE = re.compile(r"(https?://[\w.-]+(?::\d+)?/[\w.-]+/[\w.-]+?)(?:\.git)?(?:/.*)?")
_TAG = re.compile(r"refs/tags/([\w./+-]+)$", re.MULTILINE)
_SECONDS = 20


def of(urls: Mapping[str, str], old: Version, new: Version) -> list[str]:
    """Markdown links, from the project URLs of a release's metadata; none that only looks like one."""
    plain = {
        re.sub(r"[^a-z0-9]", "", label.lower()): url for label, url in urls.items() if _URL.fullmatch(url)
    }
    changes = next((plain[label] for label in plain if label in _CHANGES), "")
    source = next((plain[label] for label in plain if label in _SOURCE), "")
    homepage = next((plain[label] for label in plain if label in _OTHER), "")
    compared = next(filter(None, (compare(url, old, new) for url in (source, homepage) if url)), "")
    found = {"Changelog": changes, "Diff": compared, "Source": source or homepage}
    return [f"[{label}]({url})" for label, url in found.items() if url]


def compare(source: str, old: Version, new: Version) -> str:
    """The page on a forge that compares the tags of two versions; "" where there are no such tags."""
    forge = _FORGE.fullmatch(source)
    tags = _tags(forge[1]) if forge else []
    pair = [tag_of(tags, version) for version in (old, new)]
    if not forge or not all(pair):
        return ""
    middle = "/-/compare/" if "gitlab" in forge[1] else "/compare/"
    return f"{forge[1]}{middle}{pair[0]}...{pair[1]}"


def tag_of(tags: Iterable[str], version: Version) -> str:
    """The shortest tag that says this version, alone or after a word: 3.0.4, v3.0.4, demo-3.0, rel_3_0_4."""
    return min((tag for tag in tags if _says(tag, version)), key=lambda tag: (len(tag), tag), default="")


def _says(tag: str, version: Version) -> bool:
    found = re.search(r"\d.*$", tag)
    for text in {found[0], found[0].replace("_", ".")} if found else ():
        try:
            if Version(text) == version:
                return True
        except InvalidVersion:
            continue
    return False


def _tags(url: str) -> list[str]:
    """A repository's tags; none when it does not answer, which is no reason to stop."""
    env = os.environ | {"GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "http:https", "LC_ALL": "C"}
    command = ["git", "ls-remote", "--tags", "--refs", "--", url]
    try:
        done = subprocess.run(
            command, env=env, capture_output=True, text=True, errors="replace", timeout=_SECONDS, check=False,
            cwd="/",
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return []
    return _TAG.findall(done.stdout)
