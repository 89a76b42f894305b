"""The pages of the simple API as JSON: PEP 691, 700, 708, 714, 740 and 792, at API version 1.4.

1.4 is the newest version that the specification lists. Provenance (PEP 740) is a publisher's attestations;
what a file was made from is under the keys that begin with `_`, which the specification leaves to the index.
"""

import json
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from farwheel.index.model import File, Index, Project
from farwheel.ledger import checksum

TYPE = "application/vnd.pypi.simple.v1+json"
API_VERSION = "1.4"
GENERATOR = "farwheel"

Json = dict[str, Any]


def projects(index: Index) -> Json:
    """The page that lists every project."""
    return {"meta": _meta(), "projects": [{"name": project.name} for project in index.projects]}


def project(project: Project, base: str, tracks: str = "") -> Json:
    """The page of a project; its files are at `base` + file name, `base` being relative to the page or not.

    `tracks` is the simple API of the index whose projects of the same names these are builds of (PEP 708).
    """
    meta = _meta() | ({"tracks": [f"{tracks.rstrip('/')}/{project.name}/"]} if tracks else {})
    return {
        "meta": meta,
        "name": project.name,
        "project-status": {key: value for key, value in asdict(project.status).items() if value},
        "versions": [str(version) for version in project.versions],
        "files": [_file(file, base) for file in project.files],
    }


def text(page: Json) -> str:
    """A page as it is written: sorted, compact, ASCII."""
    return json.dumps(page, sort_keys=True, separators=(",", ":")) + "\n"


def _meta() -> Json:
    return {"api-version": API_VERSION, "_generator": GENERATOR}


def _file(file: File, base: str) -> Json:
    found: Json = {
        "filename": file.filename,
        # A local version's + would be a space to some object stores.
        "url": base + quote(file.filename),
        "hashes": {"sha256": file.sha256},
        "size": file.size,
        "upload-time": file.upload_time,
        # Not under its older name too: pip 22.3 to 23.1 break at that one (PEP 714).
        "core-metadata": {"sha256": file.metadata},
        "yanked": file.yanked or False,
    }
    if file.requires_python:
        found["requires-python"] = file.requires_python
    if file.provenance and "://" in base:
        found["provenance"] = f"{found['url']}.provenance"
    return found | _provenance(file)


def _provenance(file: File) -> Json:
    found: Json = {}
    if file.entry:
        inputs = asdict(file.entry.inputs)
        found["_inputs"] = {"sha256": checksum(inputs), **inputs}
        found["_reproduced"] = [past.to_json() for past in file.entry.reproduced]
        if file.entry.tests:
            found["_tests"] = file.entry.tests.get("counts", {})
    if file.libraries:
        found["_libraries"] = [asdict(library) for library in file.libraries]
    return found
