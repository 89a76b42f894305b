"""From a pin to the URLs at which the user's mirrors may have it."""

import threading
from urllib.parse import quote

from packaging.utils import canonicalize_name, parse_sdist_filename, parse_wheel_filename

from farwheel import crates, mirrors, simple
from farwheel.errors import FarwheelError
from farwheel.pins import Pin
from farwheel.transfer import BUSY, RefusedError
from farwheel.web import Client

_OK = 200


class Locator:
    """Finds files on mirrors; remembers the index pages that it has read."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._pages: dict[str, dict[str, str]] = {}
        self._templates: list[str] = []
        self._lock = threading.Lock()

    def mirrors(self, pin: Pin) -> list[str]:
        """The base URLs to try for this pin, in order; of crates, the templates of their indexes."""
        if pin.registry != "crates":
            return mirrors.registry(pin.registry)
        with self._lock:
            self._templates = self._templates or crates.templates(self._client)
        return self._templates

    def url(self, pin: Pin, mirror: str) -> str:
        """The file's URL on one mirror; RefusedError when its index does not know the file."""
        if pin.registry == "crates":
            return crates.locate(mirror, pin)
        if pin.registry != "pypi":
            return f"{mirror}/{quote(pin.path, safe='/+~')}"
        page = f"{mirror}/{project(pin.file_name)}/"
        found = self._files(page).get(pin.file_name)
        if found is None:
            raise RefusedError(f"{mirrors.shown(page)} does not list {pin.file_name}")
        return found

    def _files(self, page: str) -> dict[str, str]:
        with self._lock:
            if page in self._pages:
                return self._pages[page]
        answer = self._client.get(page, headers={"Accept": simple.ACCEPT})
        if answer.status_code != _OK:
            busy = answer.status_code in BUSY
            raise RefusedError(f"HTTP {answer.status_code} for {mirrors.shown(page)}", again=busy)
        kind = answer.headers.get("content-type", "")
        try:
            listed = simple.parse(kind, answer.content, str(answer.url))
        except ValueError as error:
            raise RefusedError(f"{mirrors.shown(page)}: {error}") from None
        files = {file.name: file.url for file in listed}
        with self._lock:
            self._pages[page] = files
        return files


def project(file_name: str) -> str:
    """The project that a wheel or sdist belongs to, normalised as index pages spell it."""
    try:
        if file_name.endswith(".whl"):
            return parse_wheel_filename(file_name)[0]
        if file_name.endswith((".tar.gz", ".zip")):
            return parse_sdist_filename(file_name)[0]
    except ValueError:
        pass
    name, dash, _version = file_name.rpartition("-")
    if not dash:
        raise FarwheelError(f"{file_name!r} is neither a wheel nor an sdist")
    return canonicalize_name(name)
