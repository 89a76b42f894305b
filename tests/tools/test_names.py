"""Which mirror serves a registry is the user's affair: no file names one."""

import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from pypi_simple import PYPI_SIMPLE_ENDPOINT

from farwheel import aptconf

REPOSITORY = Path(__file__).parents[2]


def test_no_tracked_file_names_a_registrys_host() -> None:
    urls = [PYPI_SIMPLE_ENDPOINT, *aptconf.uris(Path("/etc/apt"))]
    hosts = sorted({urlsplit(url).hostname or "" for url in urls} - {""})
    patterns = [word for host in hosts for word in ("-e", host)]
    found = subprocess.run(
        ["git", "grep", "-I", "-l", "-F", *patterns],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 1, f"{hosts} in {found.stdout or found.stderr}"
