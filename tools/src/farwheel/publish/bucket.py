"""An object store as the place to publish to, through conditional requests: If-None-Match: * and If-Match.

obstore does the talking: signatures, retries, and credentials from wherever AWS's own clients take them.
"""

import contextlib
import hashlib
import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import S3Store

from farwheel.errors import FarwheelError
from farwheel.files import sha256_of
from farwheel.publish.place import ChangedError, Page, media_type, other_bytes

_FOR_EVER = "public, max-age=31536000, immutable"
_PATIENCE: Any = {"max_retries": 5, "retry_timeout": timedelta(seconds=60)}
_HINT = (
    "credentials, region and endpoint come from the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,\n"
    "AWS_SESSION_TOKEN, AWS_REGION, AWS_ENDPOINT_URL; the store must know conditional puts"
)


class Bucket:
    """Implements `Place` for `s3://BUCKET/PREFIX`."""

    def __init__(self, url: str) -> None:
        """FarwheelError for a URL or settings that make no sense; nothing is asked yet."""
        self._url = url.rstrip("/")
        parts = urlsplit(self._url)
        # A workflow sets to nothing what it has no value for, and the library would take that for one.
        for name in [name for name, value in os.environ.items() if name.startswith("AWS_") and not value]:
            del os.environ[name]
        endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
        settings: dict[str, Any] = {"endpoint": endpoint} if endpoint else {}
        if endpoint and endpoint.startswith("http://"):
            settings["client_options"] = {"allow_http": True}
        with self._explained("settings"):
            self._store = S3Store(
                parts.netloc, prefix=parts.path.strip("/") or None, retry_config=_PATIENCE, **settings
            )
        self._there: set[str] | None = None
        self._lock = threading.Lock()

    def keep(self, name: str, source: Path) -> bool:
        """See `Place`."""
        ours = sha256_of(source)
        attributes: Any = {"Content-Type": media_type(name), "Cache-Control": _FOR_EVER, "sha256": ours}
        with self._explained(name):
            # What is known to be there need not be sent only to be refused.
            if name not in self._kept():
                with contextlib.suppress(AlreadyExistsError):
                    obstore.put(self._store, name, source, mode="create", attributes=attributes)
                    return True
            published = self._sha256(name, ours)
        if published != ours:
            raise other_bytes(f"{self._url}/{name}", published, ours)
        return False

    def read(self, name: str) -> Page | None:
        """See `Place`."""
        with self._explained(name):
            try:
                found = obstore.get(self._store, name)
                return Page(bytes(found.bytes()), found.meta["e_tag"] or "")
            except FileNotFoundError:
                return None

    def write(self, name: str, content: bytes, before: Page | None) -> None:
        """See `Place`."""
        attributes: Any = {"Content-Type": media_type(name), "Cache-Control": "no-cache"}
        mode: Any = "create" if before is None else {"e_tag": before.version}
        with self._explained(name):
            try:
                obstore.put(self._store, name, content, mode=mode, attributes=attributes)
            except (AlreadyExistsError, PreconditionError, FileNotFoundError):
                raise ChangedError(name) from None

    def _kept(self) -> set[str]:
        with self._lock:
            if self._there is None:
                found = obstore.list(self._store, prefix="files")
                self._there = {item["path"] for batch in found for item in batch}
            return self._there

    def _sha256(self, name: str, ours: str) -> str:
        """What is published: as it was noted when it was put, or by its content where that disagrees."""
        found = obstore.get(self._store, name, options={"head": True})
        if found.attributes.get("sha256") == ours:
            return ours
        digest = hashlib.sha256()
        for chunk in obstore.get(self._store, name):
            digest.update(chunk)
        return digest.hexdigest()

    @contextlib.contextmanager
    def _explained(self, name: str) -> Iterator[None]:
        """Errors of the store and of the way there, in one line."""
        try:
            yield
        except (BaseError, FileNotFoundError) as error:
            said = " ".join(str(error).split("\n\nDebug source:")[0].split())
            raise FarwheelError(f"{self._url}/{name}: {said}", _HINT) from None
