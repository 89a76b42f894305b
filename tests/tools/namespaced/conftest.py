"""For a network in which GitHub's names mean loopback (see test_trees.py): a copy of it, trusted by all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from farwheel import nix
from git_service import Service


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """GitHub, trusted by git, Nix, cargo and Python."""
    (tmp_path / "service").mkdir()
    service = Service(tmp_path / "service")
    server = service.start()
    for name in ("GIT_SSL_CAINFO", "NIX_SSL_CERT_FILE", "SSL_CERT_FILE", "CARGO_HTTP_CAINFO"):
        monkeypatch.setenv(name, str(service.certificate))
    monkeypatch.setenv("NO_PROXY", "*")
    # Root of a user namespace cannot give files to a group that is not in it.
    monkeypatch.setenv("NIX_CONFIG", "build-users-group =\nsandbox = false")
    nix.settings.cache_clear()
    nix.options.cache_clear()
    yield service
    server.shutdown()
    server.server_close()
