"""Everything that asks GitHub, in a network of its own."""

import shutil
import sys
from pathlib import Path

import pytest

import namespace
from farwheel.probe import probe
from git_service import ARCHIVES, HOST

CASES = sorted(map(str, Path(__file__).parent.glob("namespaced/*_cases.py")))


@pytest.mark.nix
@pytest.mark.skipif(bool(probe().namespaces), reason="this kernel allows no namespaces")
@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_cases(tmp_path: Path) -> None:
    hosts = tmp_path / "hosts"
    hosts.write_text(f"127.0.0.1 localhost {HOST} {ARCHIVES}\n")
    # In folders of its own: there are users whose folders it may not clean up.
    pytests = ["pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'cases'}"]
    done = namespace.run(hosts, sys.executable, "-m", *pytests, *CASES)
    assert done.returncode == 0, done.stdout + done.stderr
