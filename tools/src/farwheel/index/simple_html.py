"""The same pages as HTML (PEP 503, 592, 629, 658, 714, 740, 792), derived from the JSON ones."""

from collections.abc import Iterable
from html import escape

from farwheel.index.simple_json import Json


def projects(page: Json) -> str:
    """The page that lists every project."""
    links = (_link(f"{project['name']}/", project["name"], {}) for project in page["projects"])
    return _document("Simple index", [("pypi:repository-version", page["meta"]["api-version"])], links)


def project(page: Json) -> str:
    """The page of a project."""
    status = page["project-status"]
    meta = [("pypi:repository-version", page["meta"]["api-version"])]
    meta.append(("pypi:project-status", status["status"]))
    if "reason" in status:
        meta.append(("pypi:project-status-reason", status["reason"]))
    meta += [("pypi:tracks", url) for url in page["meta"].get("tracks", ())]
    links = (_link(_url(file), file["filename"], _attributes(file)) for file in page["files"])
    return _document(f"Links for {page['name']}", meta, links)


def _url(file: Json) -> str:
    return f"{file['url']}#sha256={file['hashes']['sha256']}"


def _attributes(file: Json) -> dict[str, str]:
    described = f"sha256={file['core-metadata']['sha256']}"
    # The older name (PEP 658) does no harm in HTML, and pip before 23.2 knows no other.
    found = {"data-core-metadata": described, "data-dist-info-metadata": described}
    if "requires-python" in file:
        found["data-requires-python"] = file["requires-python"]
    if "provenance" in file:
        found["data-provenance"] = file["provenance"]
    if file["yanked"]:
        found["data-yanked"] = file["yanked"]
    return found


def _link(url: str, said: str, attributes: dict[str, str]) -> str:
    every = "".join(f' {name}="{escape(value)}"' for name, value in {"href": url, **attributes}.items())
    return f"<a{every}>{escape(said)}</a><br>"


def _document(title: str, meta: Iterable[tuple[str, str]], links: Iterable[str]) -> str:
    head = [f'<meta name="{escape(name)}" content="{escape(content)}">' for name, content in meta]
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        *head,
        f"<title>{escape(title)}</title>",
        "</head>",
        "<body>",
        f"<h1>{escape(title)}</h1>",
        *links,
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"
