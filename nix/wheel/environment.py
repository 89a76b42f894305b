"""Make a virtual environment from wheels: environment.py OUT ABI VERSION WHEEL...

A WHEEL is a file, or a folder that holds one. Layout: PEP 405, with the interpreter at /opt/python/ABI and
the environment itself mounted at /opt/env.
"""

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from installer import install
from installer.destinations import SchemeDictionaryDestination
from installer.sources import WheelFile

MOUNTED = Path("/opt/env")

out, abi, version = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
site = out / "lib" / f"python{version}" / "site-packages"
scheme = {
    "purelib": str(site),
    "platlib": str(site),
    "scripts": str(out / "bin"),
    "headers": str(out / "include"),
    "data": str(out),
}
site.mkdir(parents=True)
(out / "bin").mkdir()
for name in ("python", "python3", f"python{version}"):
    (out / "bin" / name).symlink_to(f"/opt/python/{abi}/bin/python{version}")
(out / "pyvenv.cfg").write_text(f"home = /opt/python/{abi}/bin\ninclude-system-site-packages = false\n")


def install_wheel(wheel: Path) -> None:
    """Install one wheel under the name it had before the store prefixed it with a hash (32 characters)."""
    destination = SchemeDictionaryDestination(
        scheme, interpreter=str(MOUNTED / "bin" / "python"), script_kind="posix"
    )
    with TemporaryDirectory() as folder:
        link = Path(folder) / re.sub(r"^[0-9a-z]{32}-", "", wheel.name)
        link.symlink_to(wheel)
        with WheelFile.open(link) as source:
            install(source, destination, additional_metadata={"INSTALLER": b"farwheel\n"})


for argument in map(Path, sys.argv[4:]):
    for found in sorted(argument.glob("*.whl")) if argument.is_dir() else [argument]:
        install_wheel(found)
